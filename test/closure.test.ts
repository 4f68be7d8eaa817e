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

test("the provider's text is what the SDK makes of it, and under 1 kB", async () => {
  const texts = [closureOf("connection"), closureOf("secretSync")];
  expect(texts).toEqual(await serialise());
  for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThan(1000);
});

test("the provider's text captures its kind's name and nothing else, and does not change", () => {
  // A change here is shown to every user as a change of every resource: only with a reason.
  expect(closureOf("secretSync")).toMatchInlineSnapshot(`
    "exports.handler = __f0;

    var __provider = {configure: __f1};

    function __f1(__0) {
      return (function() {
        with({ kind: "secretSync", this: undefined, arguments: undefined }) {

    return function /*configure*/(request) {
                for (const method of ["check", "diff", "create", "read", "update", "delete"])
                    this[method] = (...args) => import("external-infisical/pulumi/provider").then((module) => module.call(kind, method, request.config, args), (error) => {
                        throw error.code === "ERR_MODULE_NOT_FOUND"
                            ? new Error("Run: npm install external-infisical")
                            : error;
                    });
            };

        }
      }).apply(undefined, undefined).apply(this, arguments);
    }

    function __f0() {
      return (function() {
        with({ provider: __provider, this: undefined, arguments: undefined }) {

    return () => provider;

        }
      }).apply(undefined, undefined).apply(this, arguments);
    }
    "
  `);
});
