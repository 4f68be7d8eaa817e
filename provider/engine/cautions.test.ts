import { expect, test } from "vitest";
import { type PlanCase, planInput } from "../../test/support/engine.ts";
import { createMemoryStore } from "../../test/support/memory-store.ts";
import { BridgeError } from "../errors.ts";
import { cautionsFor } from "./cautions.ts";
import { plan } from "./plan.ts";
import type { ProjectFacts } from "./store.ts";

const cautions = (planCase: PlanCase, facts: ProjectFacts, refused?: BridgeError) =>
  cautionsFor(plan(planInput(planCase)), facts, {
    ...createMemoryStore(),
    refusedDeletion: async () => refused,
  });

const shown = { autoCapitalization: true };

test("new keys with lower-case letters are named where the project shows capitalisation", async () => {
  expect(await cautions({ source: { Abc: "x", DEF_1: "y" } }, shown)).toEqual([
    "the destination project asks for upper-case keys, and may refuse Abc",
  ]);
  expect(await cautions({ source: { DEF_1: "y" } }, shown)).toEqual([]);
  expect(await cautions({ source: { abc: "x" } }, { autoCapitalization: false })).toEqual([]);
  const known = { abc: "1@s-abc" };
  expect(await cautions({ source: { abc: "x@2" }, destination: { abc: "y" }, known }, shown)).toEqual([]);
});

test("an identity that was refused a deletion without effect is told, where there is something to do", async () => {
  const refused = new BridgeError("forbidden", "Cannot try it: no right.");
  expect(await cautions({ source: { A: "x" } }, {}, refused)).toEqual([
    "a deployment by this identity may fail at the destination. Cannot try it: no right.",
  ]);
  const known = { A: "1@s-A" };
  expect(await cautions({ source: {}, destination: { A: "x" }, known }, {}, refused)).toEqual([
    "a deployment by this identity would fail at the destination. Cannot try it: no right.",
  ]);
  expect(await cautions({ source: {}, destination: {} }, {}, refused)).toEqual([]);
});
