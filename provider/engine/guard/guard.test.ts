import { describe, expect, test } from "vitest";
import { type PlanCase, planInput } from "../../../test/support/engine.ts";
import { createMemoryStore } from "../../../test/support/memory-store.ts";
import { BridgeError } from "../../errors.ts";
import { SecretValue } from "../../secret-value.ts";
import { plan } from "../plan.ts";
import { some } from "../shortened.ts";
import { guard } from "./guard.ts";
import type { GuardInput } from "./problem.ts";
import { guardReadable } from "./readable.ts";

type Over = Partial<Omit<GuardInput, "plan" | "options">>;
const NONE_ROTATED = { source: new Set<string>(), destination: new Set<string>() };

function refusal(planCase: PlanCase, over: Over = {}): BridgeError | undefined {
  const input = planInput(planCase);
  const store = createMemoryStore();
  return caught(() =>
    guard({
      plan: plan(input),
      options: input.options,
      facts: {},
      encodedBytes: (change) =>
        !("value" in change) ? 0 : store.encode(change.key, change.value, false).bytes,
      limitBytes: 900_000,
      rotated: NONE_ROTATED,
      ...over,
    }),
  );
}

function caught(attempt: () => void): BridgeError | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
}

const keys = (count: number, prefix = "K") =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, "v"]));
const revisions = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`K${index}`, `1@s-K${index}`]));

describe("an empty source", () => {
  const destination = { A: "x" };
  test("deletes nothing", () => {
    expect(refusal({ destination })).toMatchObject({
      code: "empty-source",
      path: "secretPath",
      message: "The source folder holds no secrets; the run would delete 1 of 1 keys at the destination.",
    });
  });
  test.each<[string, PlanCase]>([
    ["is allowed", { destination, options: { allowEmptySource: true } }],
    ["would delete nothing anyway", { destination, options: { disableSecretDeletion: true } }],
    [
      "gets the destination's keys",
      { destination, options: { initialSyncBehavior: "import-prioritize-source" } },
    ],
    ["meets an empty destination", {}],
    ["has imported keys, so is none", { destination, imported: { B: "y" } }],
  ])("unless it %s", (_name, planCase) => {
    expect(refusal(planCase)).toBeUndefined();
  });
});

describe("maxDeletes", () => {
  // Of 100 keys at the destination, `deletes` have left the source.
  const of100 = (deletes: number, maxDeletes: number | string | undefined): PlanCase => ({
    source: Object.fromEntries(Object.entries(keys(100)).slice(deletes)),
    destination: keys(100),
    known: revisions(100),
    options: maxDeletes === undefined ? {} : { maxDeletes },
  });
  test.each([
    [99, undefined],
    [3, 3],
    [0, 0],
    [10, "10%"],
    [7, "7%"],
    [29, "29%"],
    [57, "57%"],
    [58, "58%"],
    [99, "100%"],
    [0, "0%"],
  ])("%d of 100 pass with %s", (deletes, limit) => {
    expect(refusal(of100(deletes, limit))).toBeUndefined();
  });
  test.each([
    [4, 3, 3],
    [1, 0, 0],
    [11, "10%", 10],
    [30, "29%", 29],
    [1, "0%", 0],
  ])("%d of 100 are refused with %s", (deletes, limit, allowed) => {
    expect(refusal(of100(deletes, limit))).toMatchObject({
      code: "too-many-deletes",
      path: "syncOptions.maxDeletes",
      message: expect.stringMatching(
        new RegExp(`would delete ${deletes} of 100 keys .* maxDeletes \\(${limit}\\) allows ${allowed}`),
      ),
    });
  });
  test("a percentage of few keys is rounded down", () => {
    const planCase = { source: { A: "a" }, destination: { A: "a", K0: "v", K1: "v" }, known: revisions(2) };
    expect(refusal({ ...planCase, options: { maxDeletes: "66%" } })).toMatchObject({
      code: "too-many-deletes",
    });
    expect(refusal({ ...planCase, options: { maxDeletes: "67%" } })).toBeUndefined();
  });
});

describe("unownedKeys: fail", () => {
  const options = { unownedKeys: "fail" } as const;
  test("refuses to delete or overwrite what this sync did not write, and names it", () => {
    const planCase = { source: { A: "x" }, destination: { A: "y", B: "b" }, known: {}, options };
    expect(refusal(planCase)).toMatchObject({
      code: "unowned-keys",
      message: "The run would delete or overwrite keys that this sync did not write: A, B.",
    });
  });
  test.each<[string, PlanCase]>([
    [
      "its own keys",
      { source: { A: "x@2" }, destination: { A: "y", B: "b" }, known: { A: "1@s-A", B: "1@s-B" }, options },
    ],
    ["equal ones", { source: { A: "x" }, destination: { A: "x" }, options }],
    [
      "what stays",
      { source: { A: "x" }, destination: { B: "b" }, options: { ...options, disableSecretDeletion: true } },
    ],
  ])("lets %s pass", (_name, planCase) => {
    expect(refusal(planCase)).toBeUndefined();
  });
});

describe("keys that an instance refuses", () => {
  test.each(["co:lon", "sla/sh"])("%s is not created", (key) => {
    expect(refusal({ source: { [key]: "x" } })).toMatchObject({
      code: "invalid-keys",
      message: `Infisical refuses new keys with : or / in their names: ${key}.`,
    });
  });
  test("in a tree the names of folders may have slashes between them, and nothing odd", () => {
    const options = { includeAllSubFolders: true };
    expect(refusal({ source: { "a-b/c_1/KEY": "x" }, options })).toBeUndefined();
    for (const folder of ["a b", "a\\..", "\u202ea", "a:b"])
      expect(refusal({ source: { [`${folder}/KEY`]: "x" }, options })).toMatchObject({
        code: "invalid-keys",
        message: expect.stringContaining("folders with other than letters, digits"),
      });
  });

  test("nor imported", () => {
    const options = { initialSyncBehavior: "import-prioritize-source" } as const;
    expect(refusal({ destination: { "a/b": "x" }, options })).toMatchObject({ code: "invalid-keys" });
  });
  test("but where it is already, it may be updated and deleted", () => {
    const known = { "a/b": "1@s-a/b", "c:d": "1@s-c:d" };
    expect(
      refusal({ source: { "a/b": "new@2" }, destination: { "a/b": "x", "c:d": "y" }, known }),
    ).toBeUndefined();
  });

  test("but not lower-case keys where the project shows capitalisation, which proves nothing", () => {
    const facts = { autoCapitalization: true };
    expect(refusal({ source: { Abc: "x", DEF_1: "y" } }, { facts })).toBeUndefined();
  });

  test("values larger than a request", () => {
    const value = new SecretValue("ü".repeat(50));
    const limitBytes = createMemoryStore().encode("BIG", value, false).bytes;
    const source = { BIG: "ü".repeat(50), SMALL: "ü" };
    expect(refusal({ source }, { limitBytes })).toBeUndefined();
    expect(refusal({ source }, { limitBytes: limitBytes - 1 })).toMatchObject({
      code: "invalid-keys",
      message: `Too large for one request, which may hold ${limitBytes - 1} bytes: BIG.`,
    });
    // Equal on both sides: nothing is written.
    expect(refusal({ source, destination: source }, { limitBytes: 10 })).toBeUndefined();
  });
});

describe("rotated keys", () => {
  const rotated = (side: "source" | "destination", ...labels: string[]) => ({
    rotated: { ...NONE_ROTATED, [side]: new Set(labels) },
  });
  test("are neither updated nor deleted, since the instance ignores the one and refuses the other", () => {
    const planCase = { source: { A: "new" }, destination: { A: "a", B: "b" } };
    expect(refusal(planCase, rotated("destination", "A", "B"))).toMatchObject({
      code: "rotated-secrets",
      path: "destinationConfig.secretPath",
      message:
        "The destination rotates A, B by itself: it ignores what others write there, and refuses to delete it.",
    });
  });
  test("of the source are not imported over", () => {
    const options = { initialSyncBehavior: "import-prioritize-destination" } as const;
    const planCase = { source: { A: "s" }, destination: { A: "d", NEW: "n" }, options };
    expect(refusal(planCase, rotated("source", "A"))).toMatchObject({
      code: "rotated-secrets",
      path: "secretPath",
    });
    expect(refusal(planCase, rotated("source"))).toBeUndefined();
  });
  test.each<[string, PlanCase]>([
    ["are equal", { source: { A: "a" }, destination: { A: "a" } }],
    ["stay", { source: { B: "b" }, destination: { A: "a" }, options: { unownedKeys: "keep" } }],
    [
      "are imported from",
      {
        source: {},
        destination: { A: "a" },
        options: { initialSyncBehavior: "import-prioritize-destination" },
      },
    ],
  ])("of the destination stop nothing where they %s", (_how, planCase) => {
    expect(refusal(planCase, rotated("destination", "A"))).toBeUndefined();
  });
});

describe("references", () => {
  const unresolved = (options: PlanCase["options"]) => {
    const input = planInput({ source: { A: "${B}" }, ...(options && { options }) });
    const source = input.source.map((secret) => ({ ...secret, isUnresolved: true }));
    const planned = plan({ ...input, source });
    return caught(() =>
      guard({
        plan: planned,
        options: input.options,
        facts: {},
        encodedBytes: () => 0,
        limitBytes: 1,
        rotated: NONE_ROTATED,
      }),
    );
  };
  test("left unresolved are pushed unless that is to fail", () => {
    expect(unresolved({})).toBeUndefined();
    expect(unresolved({ unresolvedReferences: "fail" })).toMatchObject({
      code: "unresolved-references",
      message: "References that the source could not resolve stand in A.",
    });
  });

  test("are not imported: the source would resolve them with its own rights", () => {
    const options = { initialSyncBehavior: "import-prioritize-destination" } as const;
    const planCase = { source: { A: "x" }, destination: { A: "${prod.ROOT_PASSWORD}", B: "plain" } };
    expect(refusal({ ...planCase, options })).toMatchObject({
      code: "imported-references",
      path: "syncOptions.allowImportedReferences",
      message: expect.stringContaining("hold references: A."),
    });
    expect(refusal({ ...planCase, options: { ...options, allowImportedReferences: true } })).toBeUndefined();
    // Overwriting such a value is no danger.
    expect(refusal(planCase)).toBeUndefined();
  });
});

test.each([
  ["secret-manager", undefined],
  [undefined, undefined],
  ["cert-manager", "wrong-project-type"],
  ["kms", "wrong-project-type"],
])("a destination project of type %s: %s", (type, code) => {
  expect(refusal({ source: { A: "x" } }, { facts: { type } })?.code).toBe(code);
});

test("several problems are told at once: the first by its code, all by their text and remedy", () => {
  const error = refusal(
    {
      source: { "a:b": "x", C: "c" },
      destination: { C: "theirs", D: "d", E: "e" },
      options: { maxDeletes: 1, unownedKeys: "fail" },
    },
    { facts: { type: "kms" } },
  );
  expect(error).toMatchObject({ code: "wrong-project-type", path: "destinationConfig.projectId" });
  for (const part of [
    "would delete 2 of 3 keys",
    "raise syncOptions.maxDeletes",
    "did not write: C, D, E",
    "set syncOptions.unownedKeys",
    "with : or / in their names: a:b",
  ])
    expect(error?.hint).toContain(part);
});

test("names in messages are labels", () => {
  expect(refusal({ source: { "a:\u001b[2J": "x" } })?.message).toContain("a:%1B[2J");
});

describe("values that may not be read", () => {
  const sides = (hiddenAtSource: string[], hiddenAtDestination: string[]) => {
    const input = planInput({ source: { A: "a", B: "b" }, destination: { A: "a", D: "d" } });
    const hide = <T extends { key: string }>(rows: readonly T[], hidden: string[]) =>
      rows.map((row) => ({ ...row, isHidden: hidden.includes(row.key) }));
    return caught(() =>
      guardReadable(hide(input.source, hiddenAtSource), hide(input.destination, hiddenAtDestination)),
    );
  };
  test.each([
    ["nowhere", [], [], undefined, undefined],
    ["at the source", ["B"], [], "secretPath", "The source identity may list but not read B."],
    [
      "at the destination",
      [],
      ["A", "D"],
      "destinationConfig.secretPath",
      "The destination identity may list but not read A, D.",
    ],
  ])("%s", (_name, source, destination, path, message) => {
    const error = sides(source, destination);
    expect(error?.code).toBe(path && "partial-read");
    expect([error?.path, error?.message]).toEqual([path, message]);
  });
  test("on both sides are told together", () => {
    const error = sides(["A"], ["D"]);
    expect(error?.path).toBe("secretPath");
    expect(error?.hint).toContain("The destination identity may list but not read D.");
  });
});

test("long lists of names are cut", () => {
  expect(some([])).toBe("");
  expect(some([..."ABCDEFGHIJ"])).toBe("A, B, C, D, E, F, G, H, I, J");
  expect(some([..."ABCDEFGHIJKL"])).toBe("A, B, C, D, E, F, G, H, I, J and 2 more");
});
