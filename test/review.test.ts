/** A review from the branch to the repair, as `npm run demo:review` plays it: it ends where a step does not go as told. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { findPulumiCli } from "../automation/engines/pulumi-cli/find.ts";
import { root } from "./support/node.ts";
import { bin } from "./support/run-command.ts";
import { isThorough } from "./support/thorough.ts";

const cli = isThorough ? await findPulumiCli() : undefined;
const notPlayed = isThorough ? " (not played: no CLI found)" : " (npm run test:all)";

test.skipIf(!existsSync(bin))(
  "a review on the local engine (needs npm run build)",
  () => play("local"),
  120_000,
);
test.skipIf(!cli)(`a review on the Pulumi CLI${cli ? "" : notPlayed}`, () => play("pulumi"), 300_000);

async function play(engine: string): Promise<void> {
  const script = "examples/demo/review.ts";
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, engine], { cwd: root });
  expect(stdout).toMatch(/\*\*1 to delete \(1 foreign\)\*\* in 1 sync/);
  expect(stderr).toMatch(/Not what was planned \(2 differences\); nothing was written/);
  expect(stdout).toMatch(/STRIPE_API_KEY +destination changed \(3@\w{8}\) {2}=> restore/);
  expect(stdout).toMatch(/7 secrets, equal on both sides/);
  for (const secret of ["correct-horse-battery", "n3w-pa", "sk_live", "sk_test", "from before"])
    expect(stdout + stderr).not.toContain(secret);
}
