/** Policies judge what the engine writes into a state, word by word: none of its effects passes for another. */
import { describe, expect, test } from "vitest";
import { evaluate } from "../automation/policies/evaluate.ts";
import { parsePolicies } from "../automation/policies/read.ts";
import { EFFECT_FORMS, formatEffect, parseEffect } from "../provider/engine/record/effects.ts";
import type { Execution } from "../provider/schema.ts";
import { type NativeWorld, type Properties, startNativeWorld } from "./native/provider-calls.ts";
import { plannedSync } from "./support/planned.ts";
import type { Values } from "./support/world.ts";

const POLICIES = parsePolicies(
  "policies: { maxDeletes: 0, denyForeignDeletes: true, denyForeignOverwrites: true, denyImports: true }",
  "policies.yaml",
);
const FACTS = { hasFingerprintKey: true, isSourceInsecure: false };

interface Case {
  source?: Values;
  destination?: Values;
  /** Of the sync that is checked. */
  options?: Properties;
  /** What is done between the sync's first run and the check; without it that run is the one that is checked. */
  meanwhile?: (world: NativeWorld) => void;
  /** Arguments of the first run. */
  before?: Properties;
  effects: Record<string, string>;
  /** `rule` or `rule key`. */
  violations: string[];
}

const BOTH: readonly Execution[] = ["engine", "native"];
const overwrite = { initialSyncBehavior: "overwrite-destination" };
const marked = { syncOptions: { ...overwrite, ownershipMark: true } };
const seen = new Set<string>();

const CASES: [string, readonly Execution[], Case][] = [
  [
    "overwrites and deletes what others wrote",
    BOTH,
    {
      source: { A: "s", NEW: "n" },
      destination: { A: "d", THEIRS: "t" },
      effects: { A: "overwrite", THEIRS: "delete" },
      violations: ["denyForeignDeletes THEIRS", "denyForeignOverwrites A", "maxDeletes"],
    },
  ],
  [
    "imports, over the source's own value too",
    BOTH,
    {
      source: { A: "s" },
      destination: { A: "d", THEIRS: "t" },
      options: { syncOptions: { initialSyncBehavior: "import-prioritize-destination" } },
      effects: { A: "import", THEIRS: "import" },
      violations: ["denyImports A", "denyImports THEIRS"],
    },
  ],
  [
    "restores what is missing or changed",
    BOTH,
    {
      source: { A: "1", B: "2" },
      meanwhile({ destination }) {
        destination.put({ A: "edited" });
        destination.drop("B");
      },
      effects: { A: "restore", B: "restore" },
      violations: [],
    },
  ],
  [
    "deletes of its own, and what others wrote meanwhile",
    BOTH,
    {
      source: { A: "1", B: "2" },
      meanwhile({ source, destination }) {
        source.drop("A");
        destination.put({ THEIRS: "t" });
      },
      effects: { THEIRS: "delete" },
      violations: ["denyForeignDeletes THEIRS", "maxDeletes"],
    },
  ],
  [
    "marks what has no mark yet",
    ["engine"],
    {
      source: { A: "1" },
      destination: { A: "1" },
      options: marked,
      effects: { A: "mark" },
      violations: [],
    },
  ],
  [
    "marks what has the mark of an earlier name",
    ["engine"],
    {
      source: { A: "1" },
      before: marked,
      options: { ...marked, name: "renamed" },
      meanwhile() {},
      effects: { A: "mark" },
      violations: [],
    },
  ],
];

const cases = CASES.flatMap(([name, executions, given]) =>
  executions.map((execution) => [`${name}, in ${execution} execution`, execution, given] as const),
);

describe("a run that", () => {
  test.each(cases)("%s", async (_name, execution, given) => {
    const { source, destination, options, before, meanwhile, effects, violations } = given;
    await using world = await startNativeWorld({
      execution,
      source: source ?? {},
      destination: destination ?? {},
    });
    const connection = await world.create("connection", world.connection);
    const declared = world.sync(connection.id, before ?? options);
    const first = meanwhile && (await world.create("secretSync", declared));
    meanwhile?.(world);
    await world.provider.nextPhase();
    const olds = first?.outs ?? {};
    const { inputs = {} } = await world.check("secretSync", olds, world.sync(connection.id, options));

    const texts = Object.entries((inputs["effects"] ?? {}) as Record<string, string>);
    for (const [, text] of texts) seen.add(text.replaceAll(/\d+@\w+/g, "<revision>"));
    expect(Object.fromEntries(texts.map(([key, text]) => [key, parseEffect(text).kind]))).toEqual(effects);
    const planned = plannedSync(first && { inputs: olds, outputs: olds }, { inputs });
    const found = evaluate([POLICIES], planned, FACTS);
    expect(found.map(({ rule, key }) => [rule, key].filter(Boolean).join(" "))).toEqual(violations);
  });

  test("does something else is among these: who adds a kind of effect adds a case", () => {
    const revisions = { destination: "<revision>", over: "<revision>" };
    const ofRuns = EFFECT_FORMS.filter((form) => !form.startsWith("remove"));
    expect([...seen].sort()).toEqual(ofRuns.map((form) => formatEffect(form, revisions)).sort());
  });
});
