/** What Pulumi stores of the provider: small, and the same in every version. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { closureOf } from "../provider/pulumi/closure.ts";
import { root } from "./support/node.ts";

const SERIALISE = `
  import { runtime } from "@pulumi/pulumi";
  import { lazyProvider } from "./dist/provider/pulumi/lazy-provider.js";
  const text = async (provider) => (await runtime.serializeFunction(() => provider)).text;
  console.log(JSON.stringify([await text(lazyProvider("connection")), await text(lazyProvider("secretSync"))]));
`;

/** In a plain Node: transformed code cannot be serialised. */
async function serialise(): Promise<[string, string]> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", SERIALISE], {
    cwd: root,
  });
  return JSON.parse(stdout);
}

test("the provider's text is what the SDK makes of it, with nothing captured but its kind, and under 1 kB", async () => {
  const texts = [closureOf("connection"), closureOf("secretSync")];
  expect(texts).toEqual(await serialise());
  for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThan(1000);
});
