import { expect, test } from "vitest";
import { ALICE, type JobScenario, startJobScenario } from "./job-scenario.ts";

/** Holds every login of the remote server until `open` is called; `arrived` counts to the asked number. */
function holdLogins({ remote }: JobScenario, expected = 1) {
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  let count = 0;
  remote.fault({
    kind: "run",
    method: "POST",
    path: "/api/v1/auth",
    times: Number.POSITIVE_INFINITY,
    action: () => {
      count += 1;
      if (count === expected) arrived.resolve();
      return gate.promise;
    },
  });
  return { open: gate.resolve, arrived: arrived.promise };
}

test("while a job of a sync runs, the next one is put off by 30 to 40 s and then runs", async () => {
  await using scenario = await startJobScenario(0.5);
  const { clock, jobs, remote } = scenario;
  const sync = scenario.addSync();
  const held = holdLogins(scenario);
  jobs.queueSync(sync, ALICE);
  const first = clock.advance(5_000);
  await held.arrived;
  expect(jobs.isRunning(sync)).toBe(true);
  jobs.queueSync(sync, ALICE);
  // Queueing writes the row while the other job runs.
  expect(sync.sync.status).toBe("pending");
  await clock.advance(5_000);
  expect(remote.requests).toHaveLength(1);
  held.open();
  await first;
  expect(sync.sync.status).toBe("succeeded");
  expect(jobs.isRunning(sync)).toBe(false);
  const { jobId } = sync.sync;
  await clock.advance(39_999);
  expect(sync.sync.jobId).toBe(jobId);
  await clock.advance(1);
  expect(sync.sync.jobId).not.toBe(jobId);
});

test("an import or a removal of a busy sync fails at once", async () => {
  await using scenario = await startJobScenario();
  const { clock, jobs, world } = scenario;
  const sync = scenario.addSync();
  const held = holdLogins(scenario);
  jobs.queueSync(sync, ALICE);
  const first = clock.advance(0);
  await held.arrived;
  jobs.queueImport(sync, "prioritize-source", ALICE);
  jobs.queueRemove(sync, ALICE, { deletesSync: true });
  await clock.advance(0);
  const failed = { status: "failed", message: "Failed to run job", jobId: expect.any(String), at: null };
  expect(sync.import).toEqual(failed);
  expect(sync.remove).toEqual(failed);
  held.open();
  await first;
  expect(world.syncs.has(sync.id)).toBe(true);
  expect(world.auditEvents).toHaveLength(1);
});

test("a job that hangs keeps others away for five minutes only", async () => {
  await using scenario = await startJobScenario();
  const { clock, jobs } = scenario;
  const sync = scenario.addSync();
  const held = holdLogins(scenario);
  jobs.queueSync(sync, ALICE);
  const first = clock.advance(0);
  await held.arrived;
  await clock.advance(5 * 60_000 - 1);
  expect(jobs.isRunning(sync)).toBe(true);
  await clock.advance(1);
  expect(jobs.isRunning(sync)).toBe(false);
  jobs.queueImport(sync, "prioritize-source", ALICE);
  const second = clock.advance(0);
  held.open();
  await Promise.all([first, second]);
  expect(sync.import.status).toBe("succeeded");
});

test("five syncs of a connection run at a time; the sixth waits, at most 120 times", async () => {
  await using scenario = await startJobScenario();
  const { clock, jobs } = scenario;
  const held = holdLogins(scenario, 5);
  const advances = Array.from({ length: 5 }, () => {
    jobs.queueSync(scenario.addSync(), ALICE);
    return clock.advance(0);
  });
  await held.arrived;
  const sixth = scenario.addSync();
  jobs.queueSync(sixth, ALICE);
  await clock.advance(119 * 30_000);
  expect(sixth.sync.status).toBe("pending");
  await clock.advance(30_000 - 1);
  expect(sixth.sync.status).toBe("pending");
  await clock.advance(1);
  expect(sixth.sync).toMatchObject({ status: "failed", message: "Failed to run job", at: null });
  // Imports need no slot, nor do syncs of other connections count.
  const other = scenario.addSync({ connection: scenario.connect() });
  jobs.queueImport(sixth, "prioritize-source", ALICE);
  jobs.queueSync(other, ALICE);
  const more = [clock.advance(0), clock.advance(0)];
  held.open();
  await Promise.all([...advances, ...more]);
  await scenario.run(sixth);
  expect([sixth.import.status, other.sync.status, sixth.sync.status]).toEqual(Array(3).fill("succeeded"));
});

test("settled waits for what runs; closing ends a job that hangs and calls off what waits", async () => {
  const scenario = await startJobScenario();
  const { clock, jobs, remote } = scenario;
  const sync = scenario.addSync();
  await jobs.settled();
  const reached = Promise.withResolvers<void>();
  remote.fault({ kind: "run", action: reached.resolve });
  remote.fault({ kind: "hang" });
  jobs.queueSync(sync, ALICE);
  const advance = clock.advance(0);
  await reached.promise;
  const settled = jobs.settled();
  jobs.queueSync(sync, ALICE);
  await jobs.close();
  await Promise.all([advance, settled]);
  jobs.queueSync(sync, ALICE);
  scenario.put("/app", { A: "1" });
  scenario.calls();
  await clock.advance(2 * 86_400_000);
  expect(scenario.calls()).toEqual([]);
  await scenario[Symbol.asyncDispose]();
});
