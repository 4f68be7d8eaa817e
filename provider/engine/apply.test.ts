import { describe, expect, test } from "vitest";
import { afterwards, runInput, writesOf } from "../../test/support/engine.ts";
import { createMemoryStore } from "../../test/support/memory-store.ts";
import { BridgeError } from "../errors.ts";
import { removeListed } from "./apply.ts";
import type { ListOptions } from "./store.ts";
import { type RunInput, run } from "./sync.ts";

const refused = new BridgeError("pending-approval", "No.");
const unanswered = new BridgeError("timeout", "No answer.");
const gone = new BridgeError("secret-not-found", "Not there any more.");

type Seeds = { source?: Record<string, string>; destination?: Record<string, string> };

/** Two stores, and the input of a run between them. */
function world(seeds: Seeds, limits?: { bytes: number; items: number }) {
  const source = createMemoryStore({ secrets: seeds.source ?? {} });
  const destination = createMemoryStore({ secrets: seeds.destination ?? {}, ...(limits && { limits }) });
  const input = (over: Parameters<typeof runInput>[2] = {}) => runInput(source, destination, over);
  return { source, destination, input };
}

const origins = (memory: RunInput["memory"]) =>
  Object.fromEntries([...memory].map(([label, { origin }]) => [label, origin]));

describe("the order of work", () => {
  test("imports, then creates and updates, then deletes", async () => {
    const { source, destination, input } = world({
      source: { A: "a", B: "b" },
      destination: { B: "old", D: "d" },
    });
    const order: string[] = [];
    for (const [name, store] of Object.entries({ source, destination })) {
      const { write, remove } = store;
      store.write = (secrets) => {
        order.push(`${name} writes ${secrets.map(({ key }) => key)}`);
        return write(secrets);
      };
      store.remove = (keys) => {
        order.push(`${name} removes ${keys}`);
        return remove(keys);
      };
    }
    await run(input());
    expect(order).toEqual(["destination writes A,B", "destination removes D"]);
    order.length = 0;
    destination.put({ E: "e", B: "theirs" });
    await run(input({ options: { initialSyncBehavior: "import-prioritize-source" } }));
    expect(order).toEqual(["source writes E", "destination writes B"]);
  });

  test("a missing folder is made before the first write", async () => {
    const source = createMemoryStore({ secrets: { A: "a" } });
    const destination = createMemoryStore({ folderExists: false, place: { secretPath: "/app" } });
    expect((await run(runInput(source, destination))).failure).toBeUndefined();
    expect(destination.calls.map((call) => call.name)).toEqual([
      "list",
      "facts",
      "createFolder",
      "write",
      "list",
    ]);
    expect(destination.read()).toEqual({ A: "a" });
  });

  test("equal sides need one look at each, and no write", async () => {
    const { source, destination, input } = world({ source: { A: "a" }, destination: { A: "a" } });
    await run(input({ isFirstRun: false }));
    expect(source.calls.map((call) => call.name)).toEqual(["list"]);
    expect(destination.calls.map((call) => call.name)).toEqual(["list"]);
  });

  test("progress counts up to the number of changes", async () => {
    const { input } = world({ source: { A: "a", B: "b" }, destination: { D: "d" } });
    const told: string[] = [];
    await run(input({ onProgress: (done, total) => told.push(`${done}/${total}`) }));
    expect(told).toEqual(["1/3", "2/3", "3/3"]);
  });
});

describe("a refused write in the middle", () => {
  const many = Object.fromEntries([..."ABCDEFGHIJ"].map((key) => [key, key.toLowerCase()]));

  test("stops the run: what is done is recorded, nothing more is written", async () => {
    const { destination, input } = world(
      { source: many, destination: { OLD: "o" } },
      { bytes: 900_000, items: 1 },
    );
    destination.fail("write", refused, 4);
    const result = await run(input());
    expect(result.failure).toEqual({ error: refused });
    expect(result.written).toBe("destination");
    const { OLD, ...written } = destination.read();
    expect(OLD).toBe("o");
    // Four passed, and at most those under way with the fifth.
    expect(Object.keys(written).length).toBeGreaterThanOrEqual(4);
    expect(Object.keys(written).length).toBeLessThan(10);
    expect([...result.done].sort()).toEqual(Object.keys(written).sort());
    expect([...result.memory.keys()].sort()).toEqual(Object.keys(written).sort());

    const next = await run(
      input({ ...afterwards(result), known: new Map(Object.entries(result.plan.keys)) }),
    );
    expect(next.failure).toBeUndefined();
    expect(destination.read()).toEqual(many);
    expect(origins(next.memory)).toEqual(
      Object.fromEntries(Object.keys(many).map((key) => [key, "created"])),
    );
  });

  test.each([
    ["nothing", refused],
    ["perhaps", unanswered],
  ])("on the first write: %s counts as written", async (written, error) => {
    const { destination, input } = world({ source: { A: "a" }, destination: { OLD: "o" } });
    destination.fail("write", error);
    const result = await run(input());
    expect(result).toMatchObject({ failure: { error }, written, done: new Set() });
    expect(destination.read()).toEqual({ OLD: "o" });
    expect(result.memory).toEqual(new Map());
  });

  test("of an import: the destination is not touched", async () => {
    const { source, destination, input } = world({ source: { A: "a" }, destination: { B: "b" } });
    source.fail("write", refused);
    const result = await run(input({ options: { initialSyncBehavior: "import-prioritize-source" } }));
    expect(result).toMatchObject({ failure: { error: refused }, written: "nothing" });
    expect(writesOf(destination)).toEqual([]);
  });

  test("a write that the instance does not confirm for all its keys is a failure", async () => {
    const { destination, input } = world({ source: { A: "a", B: "b" } });
    const { write } = destination;
    destination.write = async (secrets) => (await write(secrets)).slice(0, 1);
    const result = await run(input());
    expect(result.failure?.error).toMatchObject({
      code: "rejected",
      message: expect.stringContaining("confirm B."),
    });
    expect([...result.done]).toEqual(["A"]);
  });
});

describe("deletes and others who are faster", () => {
  const known = new Map([
    ["A", "1@s"],
    ["B", "1@s"],
    ["C", "1@s"],
  ]);
  /** A run that deletes B and C, which it owns. */
  async function deleting() {
    const { source, destination, input } = world({ source: { A: "a", B: "b", C: "c" } });
    const first = await run(input());
    source.drop("B", "C");
    return { destination, input: input({ ...afterwards(first), known }) };
  }

  test("a key that vanished counts as deleted", async () => {
    const { destination, input } = await deleting();
    const { write, list } = destination;
    // Somebody deletes between the plan and the look before the deletes.
    destination.list = (options: ListOptions) => {
      if (!options.values) destination.drop("B");
      return list(options);
    };
    const result = await run(input);
    expect(result.failure).toBeUndefined();
    expect([...result.done].sort()).toEqual(["B", "C"]);
    expect(destination.read()).toEqual({ A: "a" });
    expect(writesOf(destination).at(-1)).toBe("remove C");
    expect(write).toBeDefined();
  });

  test("a key that somebody changed stays, the others go, and the run says so", async () => {
    const { destination, input } = await deleting();
    const { list } = destination;
    destination.list = (options: ListOptions) => {
      if (!options.values) destination.put({ B: "precious" });
      return list(options);
    };
    const result = await run(input);
    expect(result.failure?.error).toMatchObject({
      code: "plan-changed",
      message: expect.stringContaining("Somebody changed B at the destination"),
    });
    expect(destination.read()).toEqual({ A: "a", B: "precious" });
    expect([...result.done]).toEqual(["C"]);
    expect([...result.memory.keys()].sort()).toEqual(["A", "B"]);
  });

  test("a key that vanishes during the request: looked at again, and the rest goes", async () => {
    const { destination, input } = await deleting();
    const { remove } = destination;
    let races = 0;
    destination.remove = (keys) => {
      if (races++ === 0) destination.drop("B");
      return remove(keys);
    };
    const result = await run(input);
    expect(result.failure).toBeUndefined();
    expect(destination.read()).toEqual({ A: "a" });
    expect(writesOf(destination).slice(-2)).toEqual(["remove B,C", "remove C"]);
  });

  test("a race that does not end is given up, without a delete", async () => {
    const { destination, input } = await deleting();
    for (let attempt = 0; attempt < 5; attempt++) destination.fail("remove", gone);
    const result = await run(input);
    expect(result.failure).toEqual({ error: gone });
    expect(writesOf(destination).filter((call) => call.startsWith("remove"))).toHaveLength(3);
    expect(destination.read()).toEqual({ A: "a", B: "b", C: "c" });
    expect([...result.memory.keys()].sort()).toEqual(["A", "B", "C"]);
  });

  test("any other refusal is final at once", async () => {
    const { destination, input } = await deleting();
    destination.fail("remove", refused);
    expect((await run(input)).failure).toEqual({ error: refused });
    expect(writesOf(destination).filter((call) => call.startsWith("remove"))).toHaveLength(1);
  });

  test("many deletes are several requests", async () => {
    const keys = Array.from({ length: 1201 }, (_, index) => `K${index}`);
    const destination = createMemoryStore({ secrets: Object.fromEntries(keys.map((key) => [key, "v"])) });
    const { secrets } = await destination.list({ values: false, expand: false, imports: false });
    const deletes = secrets.map(({ key, id }) => ({ key, destination: `1@${id.slice(-8)}` }));
    let deleted = 0;
    expect(await removeListed(destination, deletes, () => deleted++)).toEqual([]);
    expect(deleted).toBe(1201);
    const sizes = destination.calls.flatMap((call) => (call.name === "remove" ? [call.keys.length] : []));
    expect(sizes).toEqual([500, 500, 201]);
  });
});

describe("what is remembered of each key", () => {
  test("created where it was missing, adopted where it was equal or overwritten", async () => {
    const { input } = world({
      source: { NEW: "n", SAME: "s", DIFFERENT: "d" },
      destination: { SAME: "s", DIFFERENT: "x" },
    });
    const result = await run(input());
    expect(origins(result.memory)).toEqual({ NEW: "created", SAME: "adopted", DIFFERENT: "adopted" });
    expect(result.memory.get("DIFFERENT")).toEqual({
      origin: "adopted",
      pushed: "1@00000003",
      destination: "2@00000002",
    });
  });

  test("imported keys are adopted", async () => {
    const { input } = world({ destination: { A: "a" } });
    const result = await run(input({ options: { initialSyncBehavior: "import-prioritize-source" } }));
    expect(result.memory.get("A")).toEqual({
      origin: "adopted",
      pushed: "1@00000001",
      destination: "1@00000001",
    });
  });

  test("a created key stays created through updates and restores", async () => {
    const { source, destination, input } = world({ source: { A: "a", B: "b" } });
    const first = await run(input());
    source.put({ A: "new" });
    destination.put({ B: "edited" });
    const second = await run(input(afterwards(first)));
    expect(origins(second.memory)).toEqual({ A: "created", B: "created" });
    expect(origins((await run(input(afterwards(second)))).memory)).toEqual({ A: "created", B: "created" });
  });

  test.each([
    ["the same value", "a"],
    ["another value", "x"],
  ])("a created key that somebody made anew with %s is theirs", async (_name, value) => {
    const { destination, input } = world({ source: { A: "a" } });
    const first = await run(input());
    destination.drop("A");
    destination.put({ A: value });
    const second = await run(input(afterwards(first)));
    expect(destination.read()).toEqual({ A: "a" });
    expect(origins(second.memory)).toEqual({ A: "adopted" });
  });

  test("a key that somebody made while the run was about to is theirs", async () => {
    const { destination, input } = world({ source: { A: "a", B: "b" } });
    const { write } = destination;
    destination.write = (secrets) => {
      destination.put({ A: "theirs" });
      return write(secrets);
    };
    expect(origins((await run(input())).memory)).toEqual({ A: "adopted", B: "created" });
  });

  test("a key that stays though the source lacks it is remembered if it is ours", async () => {
    const { source, destination, input } = world({ source: { A: "a", B: "b" } });
    const first = await run(input());
    source.drop("B");
    destination.put({ THEIRS: "t" });
    const second = await run(input({ ...afterwards(first), options: { disableSecretDeletion: true } }));
    expect(origins(second.memory)).toEqual({ A: "created", B: "created" });
    expect(destination.read()).toEqual({ A: "a", B: "b", THEIRS: "t" });
  });

  test("deleted keys, and those gone from both sides, are forgotten", async () => {
    const { source, destination, input } = world({ source: { A: "a", B: "b", C: "c" } });
    const first = await run(input());
    source.drop("B", "C");
    destination.drop("C");
    const second = await run(input(afterwards(first)));
    expect(origins(second.memory)).toEqual({ A: "created" });
  });

  test("the memory before the run is left as it was", async () => {
    const { source, input } = world({ source: { A: "a", B: "b" } });
    const first = await run(input());
    const before = structuredClone(first.memory);
    source.put({ A: "new" });
    source.drop("B");
    await run(input(afterwards(first)));
    expect(first.memory).toEqual(before);
  });
});
