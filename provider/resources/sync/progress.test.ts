import { expect, test } from "vitest";
import { type PlanCase, planInput } from "../../../test/support/engine.ts";
import { plan } from "../../engine/plan.ts";
import { formatPlanned, isPlanned } from "../../engine/record/progress.ts";
import { plannedText, summary } from "./progress.ts";

const IMPORTING = { initialSyncBehavior: "import-prioritize-destination" } as const;

test.each<[string, PlanCase, string | undefined, string]>([
  [
    "a first run over what others have left",
    { source: { A: "1", B: "2", C: "3" }, destination: { B: "2", C: "theirs", OLD_1: "o", OLD_2: "o" } },
    "1 to create, 1 to update (1 foreign), 2 to delete (2 foreign), 1 unchanged",
    "1 created, 1 updated, 2 deleted, 1 unchanged",
  ],
  [
    "a later run",
    { source: { A: "2@2" }, destination: { A: "1", B: "1", OLD: "o" }, known: { A: "1@s-A", B: "1@s-B" } },
    "1 to update, 2 to delete (1 foreign)",
    "1 updated, 2 deleted",
  ],
  [
    "an import over the source's own value",
    { source: { A: "1" }, destination: { A: "2", B: "3" }, options: IMPORTING },
    "2 to import into the source (1 foreign)",
    "2 imported",
  ],
  ["equal keys", { source: { A: "1" }, destination: { A: "1" } }, undefined, "1 unchanged"],
])("a plan and its run have the same numbers: %s", (_name, given, before, after) => {
  const planned = plan(planInput(given));
  expect(plannedText(planned)).toBe(before);
  expect(summary(planned.counts)).toBe(after);
});

test("the line of a plan is known as one, and no other line", () => {
  expect(isPlanned(formatPlanned("a: b", "1 to create"))).toBe(true);
  expect(isPlanned("Not what was planned (1 difference): key A: planned 1@s, now nothing")).toBe(false);
  expect(isPlanned("billing: 1 created")).toBe(false);
});
