import { describe, expect, it } from "vitest";
import type { Properties } from "../../../provider/resources/resource.ts";
import { plannedChange } from "../../review/planned.ts";
import { APPROVALS } from "../../syncs/fleet-settings.ts";
import { reasonsOf, retryAt, verdictOf } from "./decide.ts";

const URN = "urn:pulumi:fleet::p::pulumi-nodejs:dynamic/external-infisical:ExternalInfisicalSecretSync::app";
const inputs = (keys: Properties, effects?: Properties) => ({
  name: "app",
  projectId: "p",
  environment: "prod",
  secretPath: "/",
  instanceUrl: "https://b.example",
  destinationConfig: { projectId: "q", environment: "prod", secretPath: "/" },
  syncOptions: { includeAllSubFolders: true },
  keys,
  ...(effects && { effects }),
});
const planned = (before: Properties, after: Properties, effects?: Properties) =>
  plannedChange(
    URN,
    { inputs: inputs(before), outputs: {} },
    { inputs: inputs(after, effects), outputs: {} },
  );

describe("what waits for an approval", () => {
  const plan = planned(
    { KEPT: "1@a", CHANGED: "1@b", "old/GONE": "1@c" },
    { KEPT: "1@a", CHANGED: "2@b", NEW: "1@d" },
    { STRANGE: "delete (destination has 1@77aa31c0, not written by this sync)" },
  );
  const said = Object.fromEntries(
    APPROVALS.map((rule) => [rule, reasonsOf(plan, [rule], []).map(({ message }) => message)]),
  );
  it("is told by rule, with its keys", () => {
    expect(said).toEqual({
      creates: ["creates: NEW"],
      updates: ["updates: CHANGED"],
      deletes: ["deletes: old/GONE, STRANGE"],
      foreign: ["deletes or overwrites what the sync has not written: STRANGE"],
      folders: ["deletes what was in folders that the source has no more: /old"],
      imports: [],
    });
  });
  it("is what policies forbid, and not what they only tell", () => {
    const violation = { rule: "maxDeletes", sync: "app", message: "would delete 2 keys" } as const;
    const violations = [
      { ...violation, enforcement: "mandatory" },
      { ...violation, enforcement: "advisory" },
    ] as const;
    expect(reasonsOf(plan, [], violations)).toEqual([{ rule: "maxDeletes", message: "would delete 2 keys" }]);
  });
  it("is what nobody can read, where anything is to be approved", () => {
    const strange = planned({}, {}, { KEY: "something of a later version" });
    expect(reasonsOf(strange, ["deletes"], [])).toMatchObject([{ rule: "unknown" }]);
    expect(reasonsOf(strange, [], [])).toEqual([]);
  });
});

describe("the verdict", () => {
  const reasons = [{ rule: "deletes", message: "deletes: A" }];
  const policy = { rule: "maxDeletes", message: "would delete 2 keys" };
  const stored = { keys: { A: "1", B: "2" } };
  it.each([
    ["go", [], undefined],
    ["park", reasons, undefined],
    ["wait", reasons, { inputs: { keys: { B: "2", A: "1" } }, reasons, decision: null }],
    ["park", reasons, { inputs: stored, reasons: [], decision: null }],
    ["go", reasons, { inputs: stored, reasons, decision: "approved" }],
    ["park", [...reasons, policy], { inputs: stored, reasons, decision: "approved" }],
    ["go", reasons, { inputs: stored, reasons: [policy, ...reasons], decision: "approved" }],
    ["rejected", [policy], { inputs: stored, reasons, decision: "rejected" }],
    ["park", reasons, { inputs: { keys: { A: "1" } }, reasons, decision: "approved" }],
    ["park", reasons, { inputs: { keys: { A: "1" } }, reasons, decision: "rejected" }],
  ] as const)("is %s", (verdict, because, parked) => {
    expect(verdictOf(because, stored, parked)).toBe(verdict);
  });
});

describe("what has failed", () => {
  const now = new Date(0);
  it("is tried again later and later, and never later than it would run anyway", () => {
    const seconds = (failures: number, scheduled?: Date) =>
      retryAt(now, failures, scheduled).getTime() / 1000;
    expect([1, 2, 3, 50].map((failures) => seconds(failures))).toEqual([5, 10, 20, 5120]);
    expect(seconds(5, new Date(30_000))).toBe(30);
  });
});
