/** The steps of replacements in the orders that engines have: what of a former self is said to go. */
import { expect, test } from "vitest";
import { plannedOf, SYNC, step } from "../../test/support/planned.ts";
import type { EngineEvent } from "../engines/engine.ts";
import { evaluate } from "../policies/evaluate.ts";
import { parsePolicies } from "../policies/read.ts";
import { renderReview } from "../report/console.ts";
import { reviewed } from "../report/json.ts";
import { plain } from "../terminal/paint.ts";
import { createReview } from "./model.ts";

const OLD = {
  inputs: { ...SYNC, removeSecretsOnDelete: true },
  outputs: { keys: SYNC.keys, memory: { A: "created 1@a 2@a", B: "created 1@b 2@b" } },
};
const BLIND = { ...OLD, inputs: { ...OLD.inputs, execution: "native" } };
const NEW = { inputs: { ...SYNC, execution: "native", keys: { ...SYNC.keys, C: "1@cccccccc" } } };
const ELSEWHERE = {
  inputs: { ...NEW.inputs, destinationConfig: { ...SYNC.destinationConfig, secretPath: "/elsewhere" } },
};
type State = Parameters<typeof step>[2];

const replacement = (before: State, after: State, keys?: string[]): EngineEvent[] =>
  ["create-replacement", "replace"].map((op) => {
    const event = step("SecretSync", op, before, after);
    if (event.resourcePreEvent && keys) event.resourcePreEvent.metadata.keys = keys;
    return event;
  });
const deletion = (before: State) => step("SecretSync", "delete-replaced", before, undefined);

function shown(events: EngineEvent[]) {
  const builder = createReview("preview");
  for (const event of events) builder.add(event);
  const review = builder.finish();
  const text = renderReview(reviewed(review), {
    paint: plain,
    isFull: false,
    isBrief: false,
    tellsInfo: false,
  });
  const facts = { hasFingerprintKey: true, isSourceInsecure: false };
  const sets = [parsePolicies("policies: { denyDeletesIn: ['prod:/billing'] }", "policies.yaml")];
  const planned = plannedOf(...events);
  return {
    text,
    planned,
    violations: evaluate(sets, planned, facts).map(({ key, message }) => key ?? message),
  };
}

test.each([
  ["made first", [...replacement(OLD, NEW), deletion(OLD)]],
  ["made first, in native execution", [...replacement(BLIND, NEW), deletion(BLIND)]],
  ["deleted first, for changes of its own", [deletion(OLD), ...replacement(OLD, NEW, ["execution"])]],
])("what is replaced in place keeps its keys: %s", (_name, events) => {
  const { text, planned, violations } = shown(events);
  expect(text).toContain("+ C  1@cccccccc\n    keys: 1 to create, 2 unchanged");
  expect(text).not.toMatch(/delete|source instance/);
  expect(planned).toMatchObject([
    { operation: "replace", sync: { changes: [{ key: "C" }], isBlind: false } },
  ]);
  expect(planned[0]?.sync).not.toHaveProperty("left");
  expect(violations).toEqual([]);
});

test.each([
  ["at another destination", [...replacement(OLD, ELSEWHERE), deletion(OLD)], ["A", "B"]],
  [
    "at another destination, in native execution",
    [...replacement(BLIND, ELSEWHERE), deletion(BLIND)],
    ["the source instance would delete keys in there prod:/billing"],
  ],
  ["deleted first, along with its connection", [deletion(OLD), ...replacement(OLD, NEW)], ["A", "B"]],
])("a former self takes its keys along: %s", (_name, events, violated) => {
  const { text, planned, violations } = shown(events);
  expect(text).toMatch(/\+- +ExternalInfisicalSecretSync +billing +replace/);
  expect(text).toMatch(/- +ExternalInfisicalSecretSync +billing +delete\n/);
  expect(text).toMatch(/2 to delete/);
  expect(planned).toMatchObject([
    { operation: "replace", sync: { left: { changes: [{ key: "A" }, { key: "B" }] } } },
  ]);
  expect(violations).toEqual(violated);
});

test("a former self of which nobody can tell what it takes is not let through", () => {
  const hidden = { ...OLD, outputs: { ...OLD.outputs, memory: "[secret]" } };
  const unseen = expect.stringContaining("cannot be checked");
  expect(shown([...replacement(hidden, ELSEWHERE), deletion(hidden)]).violations).toEqual([unseen]);
  // In place it takes nothing.
  expect(shown([...replacement(hidden, NEW), deletion(hidden)]).violations).toEqual([]);
});

test("a former self that leaves its keys takes none, whatever the new one says of moves", () => {
  const keeps = { ...OLD, inputs: { ...SYNC, removeSecretsOnDelete: false } };
  const moves = { inputs: { ...ELSEWHERE.inputs, execution: "engine", onDestinationChange: "remove" } };
  const { text, planned } = shown([...replacement(keeps, moves), deletion(keeps)]);
  expect(text).not.toMatch(/delete/);
  expect(planned[0]?.sync).not.toHaveProperty("left");
});
