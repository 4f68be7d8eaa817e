/** What Pulumi stores of the provider: small, and the same in every version. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "./support/node.ts";

const SERIALISE = `
  import { runtime } from "@pulumi/pulumi";
  import { connectionProvider, secretSyncProvider } from "./dist/provider/pulumi/lazy-provider.js";
  const text = async (provider) => (await runtime.serializeFunction(() => provider)).text;
  console.log(JSON.stringify([await text(connectionProvider), await text(secretSyncProvider)]));
`;

/** In a plain Node: transformed code cannot be serialised. */
async function serialise(): Promise<[string, string]> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", SERIALISE], {
    cwd: root,
  });
  return JSON.parse(stdout);
}

test("the serialised provider is under 1 kB, captures its kind's name and nothing else, and does not change", async () => {
  const [connection, secretSync] = await serialise();
  expect(Buffer.byteLength(secretSync)).toBeLessThan(1000);
  expect(connection).toBe(secretSync.replaceAll('"secretSync"', '"connection"'));
  // A change here is shown to every user as a change of every resource: only with a reason.
  expect(secretSync).toMatchInlineSnapshot(`
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
