import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CONNECTION, plannedOf, SYNC, step } from "../../test/support/planned.ts";
import { EngineError } from "../engines/engine.ts";
import { canonicalJson } from "./canonical.ts";
import { planContent } from "./content.ts";
import { differences, requireAsPlanned } from "./differences.ts";
import { type PlanContent, readPlan, renderPlan } from "./plan-file.ts";
import { planKey, readPlanKey } from "./plan-key.ts";

const key = planKey("a plan key for tests");
const made = new Date("2026-03-01T12:00:00Z");
const hours = (count: number) => count * 3_600_000;
const circumstances = {
  tool: "1.2.3",
  project: "demo",
  stack: "dev",
  now: made,
  sourceOrigin: "https://source.example.com",
};

const contentOf = (sync: object = {}, connection: object = {}): PlanContent =>
  planContent(
    plannedOf(
      step("Connection", "create", undefined, { inputs: { ...CONNECTION, ...connection } }),
      step(
        "SecretSync",
        "update",
        { inputs: { ...SYNC, keys: { A: "1@aaaaaaaa", GONE: "3@cccccccc" } } },
        {
          inputs: {
            ...SYNC,
            effects: { OLD: "delete (destination has 1@dddddddd, not written by this sync)" },
            triggers: { a: "run" },
            ...sync,
          },
        },
      ),
    ),
    circumstances,
    key,
  );
const plan = contentOf();
const text = renderPlan(plan, key);
const read = (fileText: string, more: Partial<Parameters<typeof readPlan>[3]> = {}, by = key) =>
  readPlan("plan.json", fileText, by, {
    stack: "dev",
    now: new Date(made.getTime() + hours(1)),
    maxAgeMs: hours(24),
    ...more,
  });

describe("a plan file", () => {
  it("says what will be written, without identities, secrets and values", () => {
    expect(read(text)).toEqual(plan);
    expect(plan.syncs[0]).toMatchObject({
      operation: "update",
      source: {
        origin: "https://source.example.com",
        projectId: "here",
        environment: "prod",
        secretPath: "/billing",
      },
      destination: { origin: "https://dr.example.com", projectId: "there" },
      keys: SYNC.keys,
      effects: { OLD: "delete (destination has 1@dddddddd, not written by this sync)" },
      deletes: { GONE: "3@cccccccc" },
      options: { triggers: expect.stringMatching(/^fingerprint [0-9a-f]{16}$/) },
    });
    for (const hidden of [CONNECTION.machineIdentityClientId, "[secret]", SYNC.connectionId, '"run"'])
      expect(text).not.toContain(hidden);
  });

  it.each([
    ["too old", text, { now: new Date(made.getTime() + hours(25)) }, /longer ago/],
    ["of the future", text, { now: new Date(made.getTime() - hours(1)) }, /in the future/],
    ["of another stack", text, { stack: "prod" }, /of the stack dev, not of prod/],
    ["of a later version", resigned({ version: 2 }), {}, /has version 2/],
    ["with a part of another version", resigned({ more: true }), {}, /another version/],
    ["without a signature", canonicalJson(plan), {}, /not a signed plan/],
    ["written in another way", JSON.stringify(JSON.parse(text)), {}, /changed after it was made/],
    ["no JSON", "plan", {}, /not a plan file/],
  ])("that is %s is refused", (_, fileText, more, message) => {
    expect(() => read(fileText, more)).toThrow(message);
    expect(() => read(fileText, more)).toThrow(EngineError);
  });

  it("of another key is refused", () => {
    expect(() => read(text, {}, planKey("another plan key"))).toThrow(/signed with another key/);
  });

  it("with any byte changed is refused", () => {
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const forged = Buffer.from(bytes);
        forged[at] = (forged[at] ?? 0) ^ change;
        expect(() => read(forged.toString("utf8"))).toThrow(EngineError);
      }),
      { numRuns: 500 },
    );
  });

  it("with any field changed is refused", () => {
    for (const forged of changes(JSON.parse(text))) {
      expect(() => read(canonicalJson(forged))).toThrow(EngineError);
    }
  });

  it("is not made of what is known only during the deployment", () => {
    expect(() => contentOf({ keys: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" })).toThrow(
      /only during the deployment/,
    );
  });
});

describe("what is found", () => {
  it("is as planned whoever looks", () => {
    const other = { machineIdentityClientId: "another", connectionId: "another" };
    requireAsPlanned(plan, contentOf(other, other), false);
  });

  it.each([
    [
      "a revision",
      { keys: { ...SYNC.keys, A: "2@aaaaaaaa" } },
      "billing: key A: planned 1@aaaaaaaa, now 2@aaaaaaaa",
    ],
    [
      "another key",
      { keys: { ...SYNC.keys, C: "1@eeeeeeee" } },
      "billing: key C: planned nothing, now 1@eeeeeeee",
    ],
    ["a key less", { keys: { A: "1@aaaaaaaa" } }, "billing: key B: planned 1@bbbbbbbb, now nothing"],
    [
      "a deletion less",
      { keys: { ...SYNC.keys, GONE: "3@cccccccc" } },
      "billing: key GONE: planned delete 3@cccccccc, now 3@cccccccc",
    ],
    [
      "another effect",
      { effects: {} },
      "billing: key OLD: planned delete (destination has 1@dddddddd, not written by this sync), now nothing",
    ],
    [
      "another option",
      { syncOptions: { initialSyncBehavior: "import-prioritize-source" } },
      "billing: syncOptions.initialSyncBehavior: planned overwrite-destination, now import-prioritize-source",
    ],
    [
      "an option more",
      { removeSecretsOnDelete: true },
      "billing: removeSecretsOnDelete: planned nothing, now true",
    ],
    ["a source", { environment: "dev" }, "billing: source environment: planned prod, now dev"],
    [
      "an instance",
      { instanceUrl: "https://elsewhere.example.com" },
      "billing: destination origin: planned https://dr.example.com, now https://elsewhere.example.com",
    ],
  ])("differs by %s", (_, change, line) => {
    expect(differences(plan, contentOf(change))).toContain(line);
  });

  it("differs by triggers, which are not told", () => {
    const [line] = differences(plan, contentOf({ triggers: { a: "another" } }));
    expect(line).toMatch(/^billing: triggers: planned fingerprint \w{16}, now fingerprint \w{16}$/);
  });

  it("differs by a resource more or less, each one line", () => {
    const less: PlanContent = { ...plan, syncs: [] };
    expect(differences(plan, less)).toEqual(["billing: planned update, now nothing"]);
    expect(differences(less, plan)).toEqual(["billing: planned nothing, now update"]);
  });

  it("is told with a count, and no more than twenty lines", () => {
    const keys = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`K${index}`, "1@ffffffff"]));
    const refuse = () => requireAsPlanned(plan, contentOf({ keys: { ...SYNC.keys, ...keys } }), true);
    expect(refuse).toThrow(/30 differences[\s\S]*… and 10 more/);
    expect(refuse).toThrow(expect.objectContaining({ code: "plan-changed" }));
  });

  it("hints at the fingerprint's key where nothing but fingerprints differ", () => {
    const [a, b] = ["11111111", "22222222"].map((mark) => contentOf({ keys: { A: `1@aaaaaaaa~${mark}` } }));
    const hint = (hasKey: boolean) => {
      try {
        requireAsPlanned(a as PlanContent, b as PlanContent, hasKey);
      } catch (error) {
        return (error as EngineError).hint;
      }
      return undefined;
    };
    expect(hint(false)).toContain("fingerprintKey");
    expect(hint(true)).not.toContain("fingerprintKey");
  });
});

describe("the plan key", () => {
  const stack = (value?: string, secret = true) => ({
    getAllConfig: async () =>
      value === undefined ? {} : { "external-infisical:planKey": { value, secret } },
  });
  it.each([
    ["missing", stack(), {}, /there is no key/],
    ["in clear", stack("a long enough plan key", false), {}, /in clear/],
    ["short", stack("short"), {}, /fewer than 16/],
    ["short in the environment", stack(), { EXTERNAL_INFISICAL_PLAN_KEY: "short" }, /fewer than 16/],
  ])("that is %s is refused", async (_, handle, environment, message) => {
    await expect(readPlanKey(handle, environment, () => {})).rejects.toThrow(message);
  });

  it("comes from the configuration or from the environment, and is not printed", async () => {
    const told: string[] = [];
    const environment = { EXTERNAL_INFISICAL_PLAN_KEY: "the key of the environment" };
    const one = await readPlanKey(stack("the key of the stack"), {}, (secret) => told.push(secret));
    const two = await readPlanKey(stack(), environment, (secret) => told.push(secret));
    expect(told).toEqual(["the key of the stack", "the key of the environment"]);
    expect(one.sign("text")).toBe(planKey("the key of the stack").sign("text"));
    expect(two.sign("text")).toBe(planKey("the key of the environment").sign("text"));
    const both = readPlanKey(stack("the key of the stack"), environment, () => {});
    await expect(both).rejects.toThrow(/differ/);
  });
});

function resigned(more: object): string {
  return renderPlan({ ...plan, ...more } as PlanContent, key);
}

/** The value with one of its leaves changed, for each of them. */
function changes(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [`${String(value)}x`];
  return Object.entries(value).flatMap(([name, inner]) =>
    changes(inner).map((changed) =>
      Array.isArray(value)
        ? value.map((each, index) => (String(index) === name ? changed : each))
        : { ...value, [name]: changed },
    ),
  );
}
