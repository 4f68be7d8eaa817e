import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { afterwards, runInput, writesOf } from "../../test/support/engine.ts";
import { createMemoryStore, type MemorySeed } from "../../test/support/memory-store.ts";
import { BridgeError } from "../errors.ts";
import { SecretValue } from "../secret-value.ts";
import { observe } from "./observe.ts";
import { effectsOf } from "./record/effects.ts";
import { loadMemory, storeMemory } from "./record/memory.ts";
import { preview, type RunInput, run } from "./sync.ts";

function world(seeds: { source?: MemorySeed; destination?: MemorySeed }) {
  const source = createMemoryStore(seeds.source);
  const destination = createMemoryStore(seeds.destination);
  const input = (over: Parameters<typeof runInput>[2] = {}) => runInput(source, destination, over);
  return { source, destination, input };
}

/** The failure of a run, which must have written nothing. */
async function refusal(
  { source, destination, input }: ReturnType<typeof world>,
  over?: Parameters<typeof runInput>[2],
) {
  const error = await run(input(over)).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect([...writesOf(source), ...writesOf(destination)]).toEqual([]);
  if (error !== undefined && !(error instanceof BridgeError)) throw error;
  return error;
}

describe("looking", () => {
  test("the expanded list is read only where a value holds a reference", async () => {
    const plain = world({ source: { secrets: { A: "a" } } });
    await preview(plain.input());
    expect(plain.source.calls.map((call) => call.name)).toEqual(["list"]);
    const referring = world({ source: { secrets: { A: "${B}", B: "b" } } });
    await run(referring.input());
    expect(
      referring.source.calls.flatMap((call) => (call.name === "list" ? [call.options.expand] : [])),
    ).toEqual([false, true]);
    expect(referring.destination.read()).toEqual({ A: "b", B: "b" });
  });

  test("with references: keep the text is copied, and imported keys are not", async () => {
    const { source, destination, input } = world({
      source: { secrets: { A: "${B}" }, imports: [{ B: "b" }] },
    });
    await run(input({ options: { references: "keep" } }));
    expect(destination.read()).toEqual({ A: "${B}" });
    expect(source.calls).toHaveLength(1);
  });

  test("the destination is always read raw, without imports", async () => {
    const { destination, input } = world({
      destination: { secrets: { A: "${B}", B: "b" }, imports: [{ C: "c" }] },
    });
    const { destination: seen } = await observe(input());
    expect(seen.secrets.map(({ key, value }) => `${key}=${value.reveal()}`)).toEqual(["A=${B}", "B=b"]);
    expect(destination.calls).toMatchObject([{ options: { values: true, expand: false, imports: false } }]);
  });

  test("what a reference points at changes, and so does the revision", async () => {
    const { source, destination, input } = world({ source: { secrets: { A: "${B}", B: "b" } } });
    const first = await run(input());
    source.put({ B: "longer" });
    const second = await run(input(afterwards(first)));
    expect(second.plan.changes.map(({ label }) => label)).toEqual(["A", "B"]);
    expect([first.plan.keys["A"], second.plan.keys["A"]]).toEqual(["1@00000001~len1", "1@00000001~len6"]);
    expect(effectsOf(second.plan)).toEqual({});
    expect(destination.read()).toEqual({ A: "longer", B: "longer" });
  });

  test("a missing source folder is no empty one", async () => {
    const missing = world({ source: { folderExists: false }, destination: { secrets: { A: "a" } } });
    expect(await refusal(missing)).toMatchObject({ code: "folder-not-found", path: "secretPath" });
  });

  test("the project is asked of only where its answer could matter", async () => {
    const { source, destination, input } = world({ source: { secrets: { A: "a" } } });
    const first = await run(input());
    source.put({ B: "b" });
    const second = await run(input(afterwards(first)));
    source.put({ lower: "c" });
    await run(input(afterwards(second)));
    expect(destination.calls.map((call) => call.name).join(" ")).toBe(
      "list facts write list list write list list facts write list",
    );
  });
});

describe("secrets that may not be read", () => {
  test.each(["source", "destination"] as const)("hidden at the %s: nothing is written", async (side) => {
    const both = world({
      source: { secrets: { A: "a", B: "new" } },
      destination: { secrets: { A: "a", B: "b" } },
    });
    both[side].hide("A");
    expect(await refusal(both)).toMatchObject({
      code: "partial-read",
      message: `The ${side} identity may list but not read A.`,
    });
  });

  test("one that the run would not touch is refused all the same", async () => {
    const both = world({
      source: { secrets: { A: "a" } },
      destination: { secrets: { A: "a", THEIRS: "t" } },
    });
    both.destination.hide("THEIRS");
    expect(await refusal(both, { options: { unownedKeys: "keep" } })).toMatchObject({ code: "partial-read" });
  });

  test("left out of the lists: not taken for deleted", async () => {
    const both = world({
      source: { secrets: { A: "a", B: "b" } },
      destination: { secrets: { A: "a", B: "b" } },
    });
    both.source.omit("B");
    expect(await refusal(both)).toMatchObject({
      code: "partial-read",
      path: "secretPath",
      message: expect.stringMatching(/deleted them at the destination: B\.$/),
    });
    const allowed = await run(both.input({ options: { allowPartialRead: true } }));
    expect(allowed.failure).toBeUndefined();
    expect(both.destination.read()).toEqual({ A: "a" });
  });

  test("left out only where values are read: found by the list without", async () => {
    const both = world({
      source: { secrets: { A: "a", B: "b" } },
      destination: { secrets: { A: "a", B: "b" } },
    });
    const { list } = both.source;
    both.source.list = async (options) => {
      const listing = await list(options);
      return options.values
        ? { ...listing, secrets: listing.secrets.filter(({ key }) => key !== "B") }
        : listing;
    };
    expect(await refusal(both)).toMatchObject({
      code: "partial-read",
      message: expect.stringContaining(": B."),
    });
  });

  test("an imported key that the source does not tell with values: found by the list without", async () => {
    const both = world({
      source: { secrets: { A: "a" }, imports: [{ B: "b" }] },
      destination: { secrets: { A: "a", B: "b" } },
    });
    const { list } = both.source;
    both.source.list = async (options) => {
      const listing = await list(options);
      return options.values ? { ...listing, imports: [] } : listing;
    };
    expect(await refusal(both)).toMatchObject({ code: "partial-read" });
  });

  test("the source is asked again only before deletes, and a few keys of many are looked up", async () => {
    const none = world({ source: { secrets: { A: "a" } }, destination: { secrets: { B: "b" } } });
    await preview(none.input({ options: { unownedKeys: "keep" } }));
    expect(none.source.calls).toHaveLength(1);
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`K${index}`, "v"]));
    const vanishing = world({ source: { secrets: { A: "a" } }, destination: { secrets: many } });
    await preview(vanishing.input());
    expect(vanishing.source.calls.filter((call) => call.name === "probe")).toHaveLength(5);
  });

  test("the text that stands for a hidden value is never written, and what is under way is recorded", async () => {
    const source = createMemoryStore({ secrets: { A: "a", B: "<hidden-by-infisical>", C: "c" } });
    const destination = createMemoryStore({ limits: { bytes: 900_000, items: 1 } });
    const result = await run(runInput(source, destination));
    expect(result.failure?.error).toMatchObject({ code: "partial-read" });
    expect(Object.values(destination.read())).not.toContain("<hidden-by-infisical>");
    expect([...result.memory.keys()]).toEqual(Object.keys(destination.read()));
  });
});

describe("what was announced binds the run", () => {
  const seeds = () =>
    world({ source: { secrets: { A: "a", B: "b" } }, destination: { secrets: { B: "old", C: "c" } } });
  const announce = async ({
    input,
  }: ReturnType<typeof world>): Promise<NonNullable<RunInput["announced"]>> => {
    const planned = await preview(input());
    return { keys: planned.keys, effects: effectsOf(planned) };
  };

  test("the same plan is carried out", async () => {
    const both = seeds();
    const announced = await announce(both);
    expect((await run(both.input({ announced }))).failure).toBeUndefined();
    expect(both.destination.read()).toEqual({ A: "a", B: "b" });
  });

  test("a key that was there already, and is no more, is not written unannounced", async () => {
    const both = world({ source: { secrets: { A: "a" } }, destination: { secrets: { A: "a" } } });
    const announced = await announce(both);
    expect(announced.effects).toEqual({ A: "unchanged (at the destination already)" });
    both.destination.drop("A");
    const error = await refusal(both, { announced });
    expect(error?.message).toContain("effect A: planned unchanged (at the destination already), now nothing");
  });

  test("what another hand has done as announced is done, and what was there is so still when it is on record", async () => {
    const both = world({ source: { secrets: { A: "a", B: "b" } }, destination: { secrets: { B: "b" } } });
    const announced = await announce(both);
    both.destination.put({ A: "a" });
    const before = both.destination.read();
    const known = new Map(Object.entries({ B: announced.keys["B"] ?? "" }));
    for (const given of [{ announced }, { announced, known }]) {
      const { plan, failure } = await run(both.input(given));
      expect([plan.changes, failure]).toEqual([[], undefined]);
    }
    expect(both.destination.read()).toEqual(before);
  });

  test.each<[string, (both: ReturnType<typeof world>) => void, string]>([
    [
      "a new source value",
      ({ source }) => source.put({ A: "new" }),
      "key A: planned 1@00000001, now 2@00000001",
    ],
    ["a new source key", ({ source }) => source.put({ D: "d" }), "key D: planned nothing, now 1@00000003"],
    [
      "a key gone from the source",
      ({ source }) => source.drop("A"),
      "key A: planned 1@00000001, now nothing",
    ],
    [
      "a new key to be deleted",
      ({ destination }) => destination.put({ D: "d" }),
      "effect D: planned nothing, now delete (destination has 1@00000003",
    ],
    [
      "another value to be overwritten",
      ({ destination }) => destination.put({ B: "newer" }),
      "effect B: planned overwrite (destination has 1@00000001",
    ],
    [
      "another value to be deleted",
      ({ destination }) => destination.put({ C: "newer" }),
      "effect C: planned delete (destination has 1@00000002",
    ],
  ])("%s: nothing is written", async (_name, change, difference) => {
    const both = seeds();
    const announced = await announce(both);
    change(both);
    const error = await refusal(both, { announced });
    expect(error).toMatchObject({ code: "plan-changed", hint: expect.stringMatching(/^Preview again/) });
    expect(error?.message).toContain(difference);
  });

  test("many differences are cut, and a key named like what objects inherit reads well", async () => {
    const both = world({ source: { secrets: { constructor: "x" } } });
    const error = await refusal(both, { announced: { keys: {}, effects: {} } });
    expect(error?.message).toContain("key constructor: planned nothing, now 1@00000001");
    const keys = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`K${index}`, "1@x"]));
    const long = await refusal(both, { announced: { keys, effects: undefined } });
    expect(long?.message).toContain("… and 31 more");
    expect(long?.message.split("\n")).toHaveLength(22);
  });

  test("effects that are not known any more do not bind, keys do", async () => {
    const both = seeds();
    const { keys } = await announce(both);
    both.destination.put({ C: "newer" });
    expect((await run(both.input({ announced: { keys, effects: undefined } }))).failure).toBeUndefined();
  });
});

describe("after a run that failed half-way", () => {
  test("a key that it never wrote is not deleted as its own", async () => {
    const both = world({ source: { secrets: { A: "a", B: "b", C: "c" } } });
    both.destination.fail("write", new BridgeError("rejected", "No."));
    const failed = await run(both.input());
    both.source.drop("B");
    both.destination.put({ B: "theirs" });
    const error = await run(both.input(afterwards(failed))).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "plan-changed",
      message: expect.stringContaining("would delete B as written by this sync"),
    });
    expect(both.destination.read()).toEqual({ B: "theirs" });
  });
});

test("what a refresh called changed is not remembered so when it is right again", async () => {
  const both = world({ source: { secrets: { A: "a" } } });
  const first = await run(both.input());
  both.destination.put({ A: "edited" });
  both.destination.put({ A: "a" });
  const known = new Map([["A", "changed 2@00000001"]]);
  const second = await run(both.input({ ...afterwards(first), known }));
  expect(second.plan).toMatchObject({ changes: [], keys: { A: "1@00000001" } });
  expect(loadMemory(storeMemory(second.memory)).get("A")).toEqual({
    origin: "created",
    pushed: "1@00000001",
    destination: "3@00000001",
  });
});

test("values that fit no request are refused before anything is written", async () => {
  const both = world({ source: { secrets: { A: "a", BIG: "ü".repeat(500_000) } } });
  expect(await refusal(both)).toMatchObject({
    code: "invalid-keys",
    message: expect.stringContaining(": BIG."),
  });
});

test("no plan, result or error tells a value", async () => {
  const canary = "canary-7f3a";
  const both = world({
    source: { secrets: { A: canary, "b:b": canary, C: `\${${canary}}` } },
    destination: { secrets: { D: canary, A: `${canary}-old` } },
  });
  const error = await refusal(both, {
    options: { maxDeletes: 0, unownedKeys: "fail", unresolvedReferences: "fail" },
  });
  const planned = await preview(
    world({ source: { secrets: { A: canary } }, destination: { secrets: { A: "x", D: canary } } }).input(),
  );
  expect(error?.hint).toContain("References that the source could not resolve stand in C");
  for (const thing of [error, planned, new SecretValue(canary)])
    expect(inspect(thing, { depth: 9, showHidden: true }) + JSON.stringify(thing)).not.toContain(canary);
});
