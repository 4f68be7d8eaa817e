import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { fixture } from "../../test/support/node.ts";

// A process of its own: the SDK keeps what engine it talks to.
it("all syncs are declared, 32 open at a time, so that there is room between them, and the process keeps its stack traces", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [fixture("open-resources.ts")]);
  expect(JSON.parse(stdout)).toEqual({ declared: 100, open: 0, most: 32, leastTrace: 10 });
});
