import { once } from "node:events";
import { expect, test } from "vitest";
import { addIdentity, setMembership } from "../auth/identities.ts";
import { createManualClock } from "../clock.ts";
import { addProject, createWorld } from "../world.ts";
import { openEventStream } from "./event-stream.ts";

test("a client that goes leaves no watcher and no timer", async () => {
  const clock = createManualClock(0);
  const world = createWorld(clock.now);
  const project = addProject(world, {});
  const identity = addIdentity(world, { name: "reader" });
  setMembership(world, project, identity, "viewer");
  const scheduled: number[] = [];
  const schedule: typeof clock.schedule = (delayMs, task) => {
    scheduled.push(delayMs);
    return clock.schedule(delayMs, task);
  };
  const { frames } = openEventStream(
    { world, clock: { ...clock, schedule } },
    { project, identity, register: [{ event: "secret:create", secretPath: "/" }] },
  );
  expect(world.watchers.size).toBe(1);
  frames.destroy();
  await once(frames, "close");
  expect(world.watchers.size).toBe(0);
  scheduled.length = 0;
  await clock.advance(120_000);
  expect(scheduled).toEqual([]);
});
