import { expect, test } from "vitest";
import { runInput } from "../../test/support/engine.ts";
import { createMemoryStore, type MemoryStore } from "../../test/support/memory-store.ts";
import { BridgeError } from "../errors.ts";
import { run } from "./sync.ts";

/** Lets somebody act right before the destination is listed for the n-th time. */
function before(store: MemoryStore, nth: number, act: () => void): MemoryStore {
  let lists = 0;
  return new Proxy(store, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property);
      if (property !== "list" || typeof member !== "function") return member;
      return (...given: unknown[]) => {
        if (++lists === nth) act();
        return member(...given);
      };
    },
  });
}

/** The last look is the second list of a run that deletes nothing. */
const LAST_LOOK = 2;

function world() {
  const source = createMemoryStore({ secrets: { A: "canary-a", B: "canary-b", C: "canary-c" } });
  const destination = createMemoryStore({ secrets: { A: "old" } });
  return { source, destination };
}

test("what somebody did to keys of the run is told by key, and remembered as it is", async () => {
  const { source, destination } = world();
  const meddled = before(destination, LAST_LOOK, () => {
    destination.put({ A: "theirs" });
    destination.drop("B");
  });
  const { failure, done, memory } = await run(runInput(source, meddled));
  expect(failure?.error).toMatchObject({
    code: "not-as-planned",
    message: expect.stringMatching(/not as planned:\n {2}A: it has 3@\S+\n {2}B: it is missing$/),
  });
  expect(String(failure?.error)).not.toContain("canary");
  expect([...done]).toEqual(["C"]);
  expect([...memory.keys()]).toEqual(["C"]);
});

test("a key that came back after its deletion is told", async () => {
  const { source, destination } = world();
  destination.put({ OLD: "o" });
  // Deletions are listed for once more.
  const meddled = before(destination, LAST_LOOK + 1, () => destination.put({ OLD: "again" }));
  const { failure } = await run(runInput(source, meddled));
  expect(failure?.error).toMatchObject({ message: expect.stringMatching(/OLD: it has 1@/) });
});

test("what somebody did to keys that the run found equal is told, too", async () => {
  const { source, destination } = world();
  destination.put({ B: "canary-b", C: "canary-c" });
  const meddled = before(destination, LAST_LOOK, () => {
    destination.put({ B: "theirs" });
    destination.drop("C");
  });
  const { failure, done } = await run(runInput(source, meddled));
  expect(failure?.error).toMatchObject({
    code: "not-as-planned",
    message: expect.stringMatching(/not as planned:\n {2}B: it has 2@\S+\n {2}C: it is missing$/),
  });
  expect([...done]).toEqual(["A"]);
});

test("a look that fails is a failure, although all was written", async () => {
  const { source, destination } = world();
  const error = new BridgeError("unreachable", "Gone.");
  const broken = before(destination, LAST_LOOK, () => {
    throw error;
  });
  const { failure, done } = await run(runInput(source, broken));
  expect(failure).toEqual({ error });
  expect(done.size).toBe(3);
});

test("an unchanged run looks once", async () => {
  const { source } = world();
  const destination = createMemoryStore({ secrets: source.read() });
  const { failure } = await run(runInput(source, destination));
  expect(failure).toBeUndefined();
  expect(destination.calls.filter(({ name }) => name === "list")).toHaveLength(1);
});
