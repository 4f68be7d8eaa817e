import { setSourceMapsSupport } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "./quick-passphrase.mjs";
import "./sources.ts";

// What the user has set for their own stacks is not for tests.
for (const name of Object.keys(process.env))
  if (/^(INFISICAL|PULUMI|EXTERNAL_INFISICAL_ALLOWED)_/.test(name)) delete process.env[name];

// Types are stripped in place, so there is nothing to map; of every stack that somebody looks at, vitest would have it tried.
setSourceMapsSupport(false);

// Children find what others have compiled before them, as those of the command do.
process.env["NODE_COMPILE_CACHE"] ??= join(tmpdir(), "node-compile-cache");
