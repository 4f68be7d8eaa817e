import { expect, test } from "vitest";
import { recordedStatus } from "./status-of.ts";

test.each<[string, Record<string, unknown>, number | undefined]>([
  ["before any run", {}, 0],
  ["after one", { keys: { A: "1@aaaaaaaa", B: "1@bbbbbbbb" } }, 2],
  ["of a form that is not known", { keys: ["A", "B"] }, undefined],
  ["of another form that is not known", { keys: "A, B" }, undefined],
])("keys %s", (_what, outputs, expected) => {
  const sync = {
    urn: "u",
    id: "i",
    resource: "app",
    name: "app",
    execution: "engine" as const,
    inputs: {},
    outputs,
  };
  expect(recordedStatus(sync).keys).toBe(expected);
});
