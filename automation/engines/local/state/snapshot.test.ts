import { expect, it } from "vitest";
import type { PendingOperation, ResourceState } from "./deployment.ts";
import { createSnapshot, type Entry } from "./snapshot.ts";

const resource = (name: string): ResourceState => ({ urn: name, custom: true, type: "t" });

/** A place to save to, in which every save takes until it is let go. */
function slowFile() {
  const saves: { urns: string[]; pending: string[] }[] = [];
  const waiting: (() => void)[] = [];
  return {
    saves,
    letGo: () => waiting.splice(0).forEach((go) => void go()),
    persist: async (resources: readonly ResourceState[], pending: readonly PendingOperation[]) => {
      saves.push({
        urns: resources.map(({ urn }) => urn),
        pending: pending.map(({ resource: { urn }, type }) => `${type} ${urn}`),
      });
      await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

it("keeps what is done before what is left of the old state", () => {
  const snapshot = createSnapshot([resource("a"), resource("b"), resource("c")], []);
  const [a, b] = snapshot.olds;
  snapshot.add({ state: resource("b2") });
  if (a && b) for (const entry of [a, b]) snapshot.drop(entry);
  expect(snapshot.resources().map(({ urn }) => urn)).toEqual(["b2", "c"]);
});

it("has saved that a change begins before it begins, and never a moment without either", async () => {
  const file = slowFile();
  const snapshot = createSnapshot([], [], file.persist);
  const entry: Entry = { state: resource("a") };
  let isBegun = false;
  const done = snapshot.during(
    "creating",
    entry.state,
    async () => {
      isBegun = true;
    },
    () => snapshot.add(entry),
  );
  expect(isBegun).toBe(false);
  expect(file.saves).toEqual([{ urns: [], pending: ["creating a"] }]);
  file.letGo();
  await done;
  const flushed = snapshot.flush();
  file.letGo();
  await flushed;
  expect(file.saves.at(-1)).toEqual({ urns: ["a"], pending: [] });
});

it("shares one save among all that ask while another is under way", async () => {
  const file = slowFile();
  const snapshot = createSnapshot([], [], file.persist);
  const first = snapshot.flush();
  const others = Array.from({ length: 50 }, () => snapshot.flush());
  file.letGo();
  await first;
  await Promise.resolve();
  file.letGo();
  await Promise.all(others);
  expect(file.saves).toHaveLength(2);
});

it("keeps an interrupted creation until a refresh has looked, and drops other interruptions", async () => {
  const saved: string[][] = [];
  const operations = ["creating", "updating", "deleting"].map((type) => ({ resource: resource("a"), type }));
  const snapshot = createSnapshot([], operations, async (_, pending) => {
    saved.push(pending.map(({ type }) => type));
  });
  await snapshot.flush();
  snapshot.forgetPending();
  await snapshot.flush();
  expect(saved).toEqual([["creating"], []]);
});

it("reports a save that failed, though nobody waited for it", async () => {
  let count = 0;
  const snapshot = createSnapshot([], [], async () => {
    if (count++ === 0) throw new Error("disk full");
  });
  snapshot.save();
  await expect(snapshot.flush()).rejects.toThrow("disk full");
});
