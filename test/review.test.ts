/** A review from the branch to the repair, as `npm run demo:review` plays it: it ends where a step does not go as told. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import { review } from "../examples/demo/review-story.ts";
import { root } from "./support/node.ts";
import { cli } from "./support/pulumi-cli.ts";
import { QUICK } from "./support/quick-passphrase.mjs";
import { bin } from "./support/run-command.ts";
import { runMain } from "./support/run-in-process.ts";
import { isThorough } from "./support/thorough.ts";

const notPlayed = isThorough ? " (not played: no CLI found)" : " (npm run test:all)";

interface Told {
  stdout: string;
  stderr: string;
}

test.skipIf(!existsSync(bin))(
  "a review on the local engine (needs npm run build)",
  async () => expectStory(await playHere()),
  120_000,
);
test.skipIf(!cli || !isThorough)(
  `a review on the Pulumi CLI${cli && isThorough ? "" : notPlayed}`,
  async () => expectStory(await playDemo()),
  300_000,
);

/** In this process. */
async function playHere(): Promise<Told> {
  const told: Told = { stdout: "", stderr: "" };
  const shown = vi.spyOn(console, "log").mockImplementation((text) => {
    told.stdout += `${text}\n`;
  });
  try {
    await review("local", async (args, { path, environment }, expected = 0) => {
      const { code, stdout, stderr } = await runMain(path, args, { ...environment, ...QUICK });
      expect(code, stderr).toBe(expected);
      told.stdout += stdout;
      told.stderr += stderr;
    });
  } finally {
    shown.mockRestore();
  }
  return told;
}

const playDemo = (): Promise<Told> =>
  promisify(execFile)(process.execPath, ["examples/demo/review.ts", "pulumi"], { cwd: root });

function expectStory({ stdout, stderr }: Told): void {
  expect(stdout).toMatch(/\*\*1 to delete \(1 foreign\)\*\* in 1 sync/);
  expect(stderr).toMatch(/Not what was planned \(2 differences\); nothing was written/);
  expect(stdout).toMatch(/STRIPE_API_KEY +destination changed \(3@\w{8}\) {2}=> restore/);
  expect(stdout).toMatch(/7 secrets, equal on both sides/);
  for (const secret of ["correct-horse-battery", "n3w-pa", "sk_live", "sk_test", "from before"])
    expect(stdout + stderr).not.toContain(secret);
}
