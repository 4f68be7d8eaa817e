/** A database that is put back from a copy of before: what was written since is in no record of it. */
import { expect, it } from "vitest";
import { parkedOf } from "../../automation/fleet/rows/parked.ts";
import type { Outcome } from "../../automation/fleet/rows/rows.ts";
import { startWorld } from "../support/world.ts";
import { openTestDatabase } from "./databases.ts";
import { type DeclaredSync, declare, isPutDown, rowOf, startTestWorker } from "./fleet.ts";

async function play(
  app: DeclaredSync,
  destination: Record<string, string>,
  whatIsDone: (run: Run) => Promise<void>,
): Promise<void> {
  await using database = await openTestDatabase();
  await using world = await startWorld({ source: { A: "a", B: "b" }, destination });
  let ended = Promise.withResolvers<Outcome>();
  const worker = await startTestWorker(database, world, {
    ended: async (_queries, _sync, { outcome }) => ended.resolve(outcome),
  });
  try {
    await declare(database, world, { app });
    const run = async () => {
      ended = Promise.withResolvers<Outcome>();
      await worker.queue.trigger([await rowOf(database, "app")], "hand");
      const outcome = await ended.promise;
      await isPutDown(database);
      return outcome;
    };
    const copy = async () => {
      const { id, inputs, outputs, outcome } = await rowOf(database, "app");
      return () =>
        database.query(
          "update sync set inputs = $2, outputs = $3, outcome = $4, intent = null where id = $1",
          [id, inputs, outputs, outcome],
        );
    };
    const reasons = async () => (await parkedOf(database, (await rowOf(database, "app")).id))?.reasons;
    await whatIsDone({ world, run, copy, reasons });
  } finally {
    await worker.stop();
  }
}

interface Run {
  world: Awaited<ReturnType<typeof startWorld>>;
  run(): Promise<Outcome>;
  copy(): Promise<() => Promise<unknown>>;
  reasons(): Promise<unknown>;
}

it("goes on from what it finds, and keys of others stay what they are", () =>
  play({ options: { disableSecretDeletion: true } }, { THEIRS: "t" }, async ({ world, run, copy }) => {
    await run();
    const restore = await copy();
    world.source.put({ A: "a2", NEW: "n" });
    expect(await run()).toBe("changed");
    await restore();
    const outcome = await run();
    expect([outcome, world.destination.read()]).toEqual([
      "changed",
      { A: "a2", B: "b", NEW: "n", THEIRS: "t" },
    ]);
  }));

it("asks before it touches what it does not know to be its own any more", () =>
  play({ fleet: { approve: ["foreign"] } }, {}, async ({ world, run, copy, reasons }) => {
    await run();
    const restore = await copy();
    world.source.put({ A: "a2", NEW: "n" });
    await run();
    await restore();
    world.source.drop("NEW");
    const outcome = await run();
    expect([outcome, await reasons(), world.destination.read()]).toEqual([
      "parked",
      [{ rule: "foreign", message: "deletes or overwrites what the sync has not written: NEW" }],
      { A: "a2", B: "b", NEW: "n" },
    ]);
  }));
