/**
 * What Pulumi stores of the provider: what the SDK makes of it, with nothing captured but its kind, small, and the same in
 * every version.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { closureOf } from "../../provider/pulumi/closure.ts";

const SERIALISE = `
  import { runtime } from "@pulumi/pulumi";
  import { lazyProvider } from "./dist/provider/pulumi/lazy-provider.js";
  const text = async (provider) => (await runtime.serializeFunction(() => provider)).text;
  console.log(JSON.stringify([await text(lazyProvider("connection")), await text(lazyProvider("secretSync"))]));
`;

/** Of the built code, as programs have it. */
async function serialise(): Promise<[string, string]> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", SERIALISE], {
    cwd: join(import.meta.dirname, "../.."),
  });
  return JSON.parse(stdout);
}

const texts = [closureOf("connection"), closureOf("secretSync")];
assert.deepEqual(texts, await serialise());
for (const text of texts) assert(Buffer.byteLength(text) < 1000, "The text is larger than 1 kB.");
