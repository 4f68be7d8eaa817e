import { describe, expect, test } from "vitest";
import { afterwards, runInput } from "../../test/support/engine.ts";
import { createMemoryStore, type MemorySeed, type MemoryStore } from "../../test/support/memory-store.ts";
import { BridgeError } from "../errors.ts";
import { revisionOf } from "./revision.ts";
import { run } from "./sync.ts";

const REFUSED = new BridgeError("rejected", "Refused.", { hint: "Ask." });
/** One secret a request, so that a run can fail between any two of them. */
const LIMITS = { bytes: 900_000, items: 1 };

function world(source: Record<string, string>, destination: Record<string, string>, seed: MemorySeed = {}) {
  return {
    source: createMemoryStore({ secrets: source, limits: LIMITS, ...seed }),
    destination: createMemoryStore({ secrets: destination, limits: LIMITS }),
  };
}

const restoring = (
  source: MemoryStore,
  destination: MemoryStore,
  over: Parameters<typeof runInput>[2] = {},
) => run(runInput(source, destination, { ...over, options: { ...over.options, onFailure: "restore" } }));

describe("a run that failed half-way", () => {
  test.each([0, 1, 2, 3])("after %i writes leaves the destination as it was", async (after) => {
    const before = { A: "old-a", B: "old-b", GONE: "g" };
    const { source, destination } = world({ A: "new-a", B: "new-b", C: "c", D: "d" }, before);
    destination.fail("write", REFUSED, after);
    const { failure, done, memory } = await restoring(source, destination);
    expect(destination.read()).toEqual(before);
    expect(failure?.error).toMatchObject({
      code: "rejected",
      message: "Refused.",
      hint: "Ask. What the run had changed was put back.",
    });
    expect([...done, ...memory.keys()]).toEqual([]);
  });

  test("takes no key for gone, beneath a tree, that lists do not show any more", async () => {
    const { source } = world({ NEW: "n", TOO: "t" }, {});
    const destination = createMemoryStore({ place: { isTree: true }, limits: LIMITS });
    destination.fail("write", REFUSED, 1);
    let isHidden = false;
    const hiding: MemoryStore = {
      ...destination,
      async write(secrets) {
        const written = await destination.write(secrets);
        isHidden = true;
        return written;
      },
      async list(options) {
        const listing = await destination.list(options);
        return options.values && isHidden ? { ...listing, secrets: [] } : listing;
      },
    };
    const { failure, memory } = await restoring(source, hiding);
    expect(failure?.error).toMatchObject({ hint: expect.stringMatching(/except: .* may not read.*NEW/) });
    // It is this sync's own still, so that the next run finds it.
    expect(destination.read()).toEqual({ NEW: "n" });
    expect([...memory.keys()]).toEqual(["NEW"]);
  });

  test("brings deleted keys back", async () => {
    const { source, destination } = world({ A: "a" }, { GONE: "g" });
    let deletions = 0;
    const failing = new Proxy(destination, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property);
        if (property !== "remove" || typeof member !== "function") return member;
        return async (keys: readonly string[]) => {
          await member(keys);
          if (++deletions === 1) throw REFUSED;
        };
      },
    });
    await restoring(source, failing);
    // The answer was lost, and the key was gone all the same.
    expect(destination.read()).toEqual({ GONE: "g" });
  });

  test.each([
    ["the answer to what it puts back is lost", "write", 3],
    ["taking away what was created fails", "remove", 1],
  ] as const)("remembers what it did put back, where %s", async (_what, failing, at) => {
    const { source, destination } = world({ A: "new-a", NEW: "n", Z: "z" }, { A: "old-a" });
    const first = await run(runInput(source, destination));
    source.put({ A: "newer-a", ADDED: "x", LATER: "y" });
    // The run itself fails at its third write; from then on the named request acts, and its answer is lost.
    const calls = { write: 0, remove: 0 };
    const lossy = new Proxy(destination, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property);
        if ((property !== "write" && property !== "remove") || typeof member !== "function") return member;
        return async (...args: unknown[]) => {
          const call = ++calls[property];
          if (property === "write" && call === 3) throw REFUSED;
          const answer: unknown = await member(...args);
          if (property === failing && call === at + (failing === "write" ? 1 : 0)) throw REFUSED;
          return answer;
        };
      },
    });
    const known = new Map(Object.entries(first.plan.keys));
    const { memory } = await restoring(source, lossy, { known, memory: first.memory, isFirstRun: false });
    expect(destination.read()).toMatchObject({ A: "new-a", NEW: "n", Z: "z" });
    const { secrets } = await destination.list({ values: true, expand: false, imports: false });
    const standing = secrets.map((secret) => [secret.key, revisionOf(secret)]);
    expect([...memory].map(([label, { destination: is }]) => [label, is]).sort()).toEqual(standing.sort());
  });

  test.each([
    ["acted", true],
    ["did not act", false],
  ])("finishes in the next run, where nobody knows whether putting back has %s", async (_what, acts) => {
    const { source, destination } = world({ A: "a", DROPPED: "d" }, {});
    const first = await restoring(source, destination);
    source.drop("DROPPED");
    let isRemoved = false;
    const silent = new Proxy(destination, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property);
        if (typeof member !== "function" || property === "encode") return member;
        return async (...args: unknown[]) => {
          if (property === "list" && isRemoved && ++lists !== 2) throw REFUSED;
          if (property === "write" && !acts) throw REFUSED;
          const answer: unknown = await member(...args);
          if (property === "write") throw REFUSED;
          isRemoved ||= property === "remove";
          return answer;
        };
      },
    });
    // The verifying read fails, the one that tells what to put back does not, and after that all do.
    let lists = 0;
    const failed = await restoring(source, silent, afterwards(first));
    expect(destination.read()).toEqual(acts ? { A: "a", DROPPED: "d" } : { A: "a" });
    const next = await restoring(source, destination, { ...afterwards(first), memory: failed.memory });
    expect(next.failure).toBeUndefined();
    expect(destination.read()).toEqual({ A: "a" });
    expect([...next.memory.keys()]).toEqual(["A"]);
  });

  test("takes back what it imported into the source, references as they were written", async () => {
    const { source, destination } = world({ A: "${B}", B: "b" }, { A: "theirs", NEW: "n" });
    destination.fail("write", REFUSED);
    const { failure } = await restoring(source, destination, {
      options: { initialSyncBehavior: "import-prioritize-destination" },
    });
    expect(failure?.error).toMatchObject({ hint: expect.stringContaining("put back.") });
    expect(source.read()).toEqual({ A: "${B}", B: "b" });
    expect(destination.read()).toEqual({ A: "theirs", NEW: "n" });
  });

  test("leaves what somebody has changed since, and says so", async () => {
    const { source, destination } = world({ A: "new-a", B: "new-b" }, { A: "old-a", B: "old-b" });
    destination.fail("write", REFUSED, 1);
    let lists = 0;
    const meddled: typeof destination = {
      ...destination,
      list(options) {
        if (++lists === 2) destination.put({ A: "theirs" });
        return destination.list(options);
      },
    };
    const { failure, done } = await restoring(source, meddled);
    expect(failure?.error).toMatchObject({
      hint: "Ask. What the run had changed was put back, except: left as they are, since somebody changed them: A.",
    });
    expect([...done]).toEqual(["A"]);
    expect(destination.read()).toEqual({ A: "theirs", B: "old-b" });
  });

  test("says what is left where putting back fails too", async () => {
    const { source, destination } = world({ A: "new-a", B: "new-b" }, { A: "old-a", B: "old-b" });
    destination.fail("write", REFUSED, 1);
    destination.fail("list", new BridgeError("unreachable", "Gone."), 1);
    const { failure, done } = await restoring(source, destination);
    expect(failure?.error).toMatchObject({ hint: expect.stringContaining("except: Gone.") });
    expect([...done]).toEqual(["A"]);
  });

  test("remembers what was remembered before, and the next run finishes", async () => {
    const { source, destination } = world({ A: "1", B: "1" }, {});
    const first = await restoring(source, destination);
    source.put({ A: "2", B: "2" });
    destination.fail("write", REFUSED, 1);
    const failed = await restoring(source, destination, afterwards(first));
    expect(destination.read()).toEqual({ A: "1", B: "1" });
    const revisions = new Map(
      [...first.memory].map(([label, { pushed, origin }]) => [label, [pushed, origin]]),
    );
    expect(
      new Map([...failed.memory].map(([label, { pushed, origin }]) => [label, [pushed, origin]])),
    ).toEqual(revisions);
    const next = await restoring(source, destination, { ...afterwards(first), memory: failed.memory });
    expect(next.failure).toBeUndefined();
    expect(destination.read()).toEqual({ A: "2", B: "2" });
  });
});

test("a run that is refused before its first write is told as it is", async () => {
  const { source, destination } = world({}, { A: "a" });
  await expect(restoring(source, destination)).rejects.toMatchObject({ code: "empty-source" });
});
