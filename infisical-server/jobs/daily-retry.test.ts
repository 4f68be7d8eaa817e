import { expect, test } from "vitest";
import { ALICE, startJobScenario } from "./job-scenario.ts";

test("at each midnight failed auto-syncs are queued again, and nothing else", async () => {
  await using scenario = await startJobScenario(0.1);
  const { clock, world } = scenario;
  const failed = { status: "failed", jobId: "old", message: "old", at: null } as const;
  const auto = scenario.addSync({ sync: { ...failed } });
  const manual = scenario.addSync({ sync: { ...failed }, isAutoSyncEnabled: false });
  const good = scenario.addSync({ sync: { ...failed, status: "succeeded" } });
  const orphan = scenario.addSync({ sync: { ...failed }, folder: null });
  await clock.advance(12 * 3_600_000 - 1);
  expect(auto.sync.status).toBe("failed");
  await clock.advance(1);
  expect(auto.sync.status).toBe("pending");
  expect(orphan.sync.status).toBe("pending");
  expect(manual.sync.status).toBe("failed");
  await clock.advance(1_000);
  expect(auto.sync).toMatchObject({ status: "succeeded", at: "2026-01-03T00:00:01.000Z" });
  expect(orphan.sync).toMatchObject({
    status: "failed",
    message: expect.stringContaining("no longer exists"),
  });
  expect(good.sync.jobId).toBe("old");
  expect(world.auditEvents.map(({ actor }) => actor)).toEqual([{ type: "platform" }, { type: "platform" }]);
});

test("it comes every day, as long as the sync fails", async () => {
  await using scenario = await startJobScenario();
  scenario.remote.fault({ kind: "status", status: 403, times: Number.POSITIVE_INFINITY });
  scenario.jobs.queueSync(scenario.addSync(), ALICE);
  await scenario.clock.advance(0);
  for (let day = 1; day <= 3; day += 1) {
    scenario.calls();
    await scenario.clock.advance(86_400_000);
    expect(scenario.calls()).toHaveLength(1);
  }
});
