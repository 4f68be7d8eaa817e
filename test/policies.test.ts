/** Policies judge what the engine writes into a state, word by word: none of its effects passes for another. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { evaluate } from "../automation/policies/evaluate.ts";
import { parsePolicies } from "../automation/policies/read.ts";
import {
  EFFECT_FORMS,
  type EffectForm,
  formatEffect,
  parseEffect,
} from "../provider/engine/record/effects.ts";
import type { Execution } from "../provider/schema.ts";
import { type NativeWorld, type Properties, startNativeWorld } from "./native/provider-calls.ts";
import { adminOf } from "./support/admin.ts";
import { ENGINES } from "./support/engines.ts";
import { withLaterOption } from "./support/later-option.ts";
import { giveParts } from "./support/parts.ts";
import { plannedOf, plannedSync, step, tell } from "./support/planned.ts";
import { bin } from "./support/run-command.ts";
import { runInProcess } from "./support/run-in-process.ts";
import { syncsYaml } from "./support/syncs-yaml.ts";
import { startWorld, type Values } from "./support/world.ts";

const SYNCS = "/api/v1/secret-syncs/external-infisical";

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
  /** Comments of the key A, right before the check. */
  comments?: { source?: string; destination?: string };
  effects: Record<string, string>;
  /** `rule` or `rule key`. */
  violations: string[];
}

const BOTH: readonly Execution[] = ["engine", "native"];
const overwrite = { initialSyncBehavior: "overwrite-destination" };
const marked = { syncOptions: { ...overwrite, ownershipMark: true } };
const copying = { syncOptions: { ...overwrite, copy: ["comment"] } };
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
  [
    "copies what belongs to an equal value",
    ["engine"],
    {
      source: { A: "1" },
      before: {},
      options: copying,
      meanwhile() {},
      comments: { source: "ours" },
      effects: { A: "copy" },
      violations: [],
    },
  ],
  [
    "copies it over what is there",
    ["engine"],
    {
      source: { A: "1" },
      before: {},
      options: copying,
      meanwhile() {},
      comments: { source: "ours", destination: "theirs" },
      effects: { A: "copy" },
      violations: [],
    },
  ],
  [
    "copies it over what belongs to a value of others",
    ["engine"],
    {
      source: { A: "1" },
      destination: { A: "1" },
      options: copying,
      comments: { source: "ours", destination: "theirs" },
      effects: { A: "overwrite" },
      violations: ["denyForeignOverwrites A"],
    },
  ],
  [
    "copies it with a new value",
    ["engine"],
    {
      source: { A: "1" },
      before: {},
      options: copying,
      meanwhile: ({ source }) => source.put({ A: "2" }),
      comments: { source: "ours" },
      effects: { A: "copy" },
      violations: [],
    },
  ],
  [
    "imports it to an equal value",
    ["engine"],
    {
      source: { A: "1" },
      destination: { A: "1" },
      options: {
        syncOptions: { initialSyncBehavior: "import-prioritize-destination", copy: ["comment"] },
      },
      comments: { destination: "theirs" },
      effects: { A: "import" },
      violations: ["denyImports A"],
    },
  ],
];

const cases = CASES.flatMap(([name, executions, given]) =>
  executions.map((execution) => [`${name}, in ${execution} execution`, execution, given] as const),
);

describe("a run that", () => {
  test.each(cases)("%s", async (_name, execution, given) => {
    const { source, destination, options, before, meanwhile, comments = {}, effects, violations } = given;
    await using world = await startNativeWorld({
      execution,
      source: source ?? {},
      destination: destination ?? {},
    });
    const connection = await world.create("connection", world.connection);
    const declared = world.sync(connection.id, before ?? options);
    const first = meanwhile && (await world.create("secretSync", declared));
    meanwhile?.(world);
    for (const side of ["source", "destination"] as const)
      if (comments[side]) await giveParts(world[side].store(), { A: { comment: comments[side] } });
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
    const copied = { parts: ["comment"], overwritten: ["comment"] } as const;
    const namedBy = (form: EffectForm) =>
      form.startsWith("copy") || form === "importParts" ? { ...revisions, ...copied } : revisions;
    expect([...seen].sort()).toEqual(ofRuns.map((form) => formatEffect(form, namedBy(form))).sort());
  });
});

describe("a native sync whose keys are not known here", () => {
  const OF_KEYS = [
    "maxDeletes",
    "denyDeletesIn",
    "denyFolderRemoval",
    "denyForeignDeletes",
    "denyForeignOverwrites",
    "denyImports",
    "denyKeys",
  ];
  const rules = parsePolicies(
    'policies: { maxDeletes: 100, denyDeletesIn: [nowhere], denyFolderRemoval: true, denyForeignDeletes: true, denyForeignOverwrites: true, denyImports: true, denyKeys: [NONE], requireFingerprintKey: true, allowedDestinations: ["*"] }',
    "policies.yaml",
  );

  test("is refused by rules about keys in later runs, too, and by no other rule", async () => {
    await using world = await startNativeWorld({ source: { A: "1" } });
    const { id } = await world.create("connection", world.connection);
    const { outs } = await world.create("secretSync", world.sync(id));
    const { machineIdentityClientSecret: _, ...unreadable } = world.sync(id, { triggers: { again: "1" } });
    const judged = async (op: string, news: Properties) => {
      await world.provider.nextPhase();
      const before = world.shown.length;
      const { inputs = {}, failures = [] } = await world.check("secretSync", outs, news);
      expect(failures).toEqual([]);
      const told = world.shown.slice(before).map(tell);
      const states = [{ inputs: outs, outputs: outs }, { inputs }] as const;
      return evaluate([rules], plannedOf(...told, step("SecretSync", op, ...states)), FACTS);
    };

    const refused = await judged("update", unreadable);
    expect(refused.map(({ rule }) => rule).sort()).toEqual(OF_KEYS.toSorted());
    for (const { message, enforcement } of refused) {
      expect(enforcement).toBe("mandatory");
      expect(message).toMatch(/^cannot be checked: what the run will write is not known here, since /);
      expect(message).toMatch(
        /the destination is not readable: .*No client secret for .*Give it as an argument/,
      );
    }
    expect(await judged("update", world.sync(id, { triggers: { again: "1" } }))).toEqual([]);
    // It stays as it is, and nothing runs.
    expect(await judged("same", unreadable)).toEqual([]);
  });

  const refusedUntilReadable = "is refused in preview and up, until it is readable again, engine $title";
  describe.skipIf(!existsSync(bin)).each(ENGINES)(refusedUntilReadable, ({ engine, isPlayed }) => {
    test.skipIf(!isPlayed)("(needs npm run build)", { timeout: 300_000 }, async () => {
      await using world = await startWorld({ source: { A: "1" }, execution: "native" });
      const folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      await mkdir(join(folder, "home"));
      await writeFile(join(folder, "syncs.yaml"), syncsYaml(world));
      await writeFile(join(folder, "policies.yaml"), "policies: { denyForeignDeletes: true }\n");
      await writeFile(join(folder, "others.yaml"), "policies: { allowedDestinations: ['*'] }\n");
      const run = async (command: string[], policies: string) => {
        const args = [...command, "--policies", policies];
        const { code, stdout, stderr } = await runInProcess(world, folder, args, ["--engine", engine]);
        return { code, text: stdout + stderr };
      };
      const up = ["up", "--yes"];
      const deployed = await run(up, "policies.yaml");
      expect(deployed.code, deployed.text).toBe(0);

      const api = adminOf(world.source.server);
      const { secretSyncs } = await api("GET", `${SYNCS}?projectId=${world.source.projectId}`);
      const [{ id = "" } = {}] = secretSyncs as { id?: string }[];
      await withLaterOption(world.source.server, id);
      const file = join(folder, "syncs.yaml");
      const text = (await readFile(file, "utf8")).replace("  app:\n", "  app:\n    description: other\n");
      await writeFile(file, text);
      world.destination.put({ THEIRS: "t" });
      for (const command of [["preview"], up]) {
        const refused = await run(command, "policies.yaml");
        expect(refused.code, refused.text).toBe(5);
        expect(refused.text).toMatch(
          /denyForeignDeletes: app: cannot be checked: .*has laterOption on\. Turn it off/,
        );
      }
      expect(world.destination.read()).toMatchObject({ THEIRS: "t" });
      const other = await run(["preview"], "others.yaml");
      expect(other.code, other.text).toBe(0);
      world.destination.drop("THEIRS");
      world.source.server.clearFaults();
      for (const command of [["preview"], up]) {
        const readable = await run(command, "policies.yaml");
        expect(readable.code, readable.text).toBe(0);
      }
    });
  });
});
