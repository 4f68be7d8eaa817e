import { expect, test } from "vitest";
import { type PlanCase, planInput } from "../../../test/support/engine.ts";
import { plan } from "../../engine/plan.ts";
import { formatPlanned, projectsIn } from "../../engine/record/progress.ts";
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

const HERE = { projectId: "p1", environment: "prod", secretPath: "/a", origin: "https://a.example" };
const THERE = { projectId: "p2", environment: "prod", secretPath: "/", origin: "https://b.example" };

const names = ({ projectId, origin }: typeof HERE) => ({ projectId, origin });

test("the line of a plan tells its places, and the names that were looked up are read from it", () => {
  const line = formatPlanned("a: b", "1 to create", HERE, { ...THERE, projectName: 'DR "site" (p1) \\' });
  expect(line).toBe(
    'a: b: planned: 1 to create; from p1 prod:/a at https://a.example to "DR \\"site\\" (p1) \\\\" (p2) prod:/ at https://b.example',
  );
  const there = { side: "destination", ...names(THERE), projectName: 'DR "site" (p1) \\' };
  expect(projectsIn(line)).toEqual([there]);
  expect(projectsIn(formatPlanned("a", "1 to create", HERE, THERE))).toEqual([]);
  const both = formatPlanned(
    "a",
    "1 to create",
    { ...HERE, projectName: "Copy of a to b" },
    { ...THERE, projectId: "p1", projectName: "Copy", origin: undefined },
  );
  expect(projectsIn(both)).toEqual([
    { side: "source", ...names(HERE), projectName: "Copy of a to b" },
    { side: "destination", projectId: "p1", projectName: "Copy", origin: undefined },
  ]);
});

test.each(["Not what was planned (1 difference): key A: planned 1@s, now nothing", "billing: 1 created"])(
  "%s is no such line",
  (line) => {
    expect(projectsIn(line)).toBeUndefined();
  },
);
