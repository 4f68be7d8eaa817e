/**
 * The local engine: a small host of Pulumi's protocol for dynamic and component resources, so that stacks run on a
 * machine with Node and nothing else. It refuses everything else; it is not Pulumi, and does not grow into it.
 */
import { createRequire } from "node:module";
import type { Engine } from "../engine.ts";
import { openStack } from "./stack.ts";
import { createKeyring } from "./state/passphrase.ts";

/**
 * The local engine. It shares nothing with other instances but the stacks' files.
 *
 * @param env the environment that its stacks run in, as it is now. Default: this process's
 */
export function createLocalEngine(env: NodeJS.ProcessEnv = process.env): Engine {
  const environment = { ...env };
  const keyring = createKeyring();
  return {
    kind: "local",
    version: ownVersion(),
    openStack: (source) => openStack(source, keyring, environment),
  };
}

function ownVersion(): string {
  const { version }: { version: string } = createRequire(import.meta.url)("external-infisical/package.json");
  return version;
}
