import { expect, test } from "vitest";
import { SYNC } from "../../test/support/planned.ts";
import { reviewSync } from "./sync-review.ts";

const outputs = { memory: { A: "created 1@aaaaaaaa 5@dddddddd", B: "created 1@bbbbbbbb 1@eeeeeeee" } };
const at = (more: object, keys: Record<string, string> = SYNC.keys) => ({
  inputs: { ...SYNC, ...more, keys },
  outputs,
});
const elsewhere = { destinationConfig: { ...SYNC.destinationConfig, secretPath: "/elsewhere" } };

test("at another destination all keys are new", () => {
  const { changes, unchanged } = reviewSync({ before: at({}), after: at(elsewhere) });
  expect(changes).toEqual([
    { key: "A", action: "create", after: "1@aaaaaaaa" },
    { key: "B", action: "create", after: "1@bbbbbbbb" },
  ]);
  expect(unchanged).toBe(0);
});

test("a key that does not come along is no deletion there", () => {
  const { changes } = reviewSync({ before: at({}), after: at(elsewhere, { A: "1@aaaaaaaa" }) });
  expect(changes).toEqual([{ key: "A", action: "create", after: "1@aaaaaaaa" }]);
});

test.each([
  ["another address of the instance", { instanceUrl: "https://new.example.com" }],
  ["another source", { environment: "staging" }],
])("%s is no other destination", (_what, more) => {
  const { changes, unchanged } = reviewSync({ before: at({}), after: at(more) });
  expect({ changes, unchanged }).toEqual({ changes: [], unchanged: 2 });
});
