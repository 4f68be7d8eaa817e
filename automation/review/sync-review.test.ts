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

const announcing = (keys: Record<string, string>, effects: Record<string, string>) => ({
  inputs: { ...SYNC, keys, effects },
  outputs,
});

test.each([
  ["of a first run", undefined],
  ["of a later one", at({})],
])(
  "keys %s that are so at the destination already are unchanged, and no change is told of them",
  (_run, before) => {
    const { changes, effects, unchanged } = reviewSync({
      before,
      after: announcing(
        { A: "1@aaaaaaaa", B: "1@bbbbbbbb", C: "1@cccccccc", NEW: "1@eeeeeeee" },
        Object.fromEntries(["A", "B", "C"].map((key) => [key, "unchanged (at the destination already)"])),
      ),
    });
    expect(changes).toEqual([{ key: "NEW", action: "create", after: "1@eeeeeeee" }]);
    expect({ effects, unchanged }).toEqual({ effects: [], unchanged: 3 });
  },
);

test("what somebody has deleted before the sync could is neither deleted nor counted", () => {
  const { changes, effects, unchanged, forgotten } = reviewSync({
    before: at({}),
    after: announcing({ A: "1@aaaaaaaa" }, { B: "unchanged (gone from the destination already)" }),
  });
  expect({ changes, effects, unchanged }).toEqual({ changes: [], effects: [], unchanged: 1 });
  expect(forgotten).toBe(1);
});

test("a key that is taken over once is not taken over by each run, and is by one that says so again", () => {
  const text = "unchanged (at the destination already)";
  const before = announcing({ A: "1@aaaaaaaa" }, { A: text, B: text });
  const keys = { A: "1@aaaaaaaa", B: "1@bbbbbbbb" };
  const changesBy = (effects: Record<string, string>) =>
    reviewSync({ before, after: announcing(keys, effects) }).changes.map(({ key }) => key);
  expect(changesBy({ A: text, B: text })).toEqual(["B"]);
  expect(changesBy({ A: text, B: `${text} (again)` })).toEqual([]);
});

test("the keys are read as often for a hundred effects as for one", () => {
  const readingsFor = (count: number) => {
    const names = Array.from({ length: count }, (_, index) => `KEY_${index}`);
    const all = (text: string) => Object.fromEntries(names.map((name) => [name, text]));
    let readings = 0;
    const keys = new Proxy(all("1@aaaaaaaa"), {
      ownKeys(target) {
        readings += 1;
        return Reflect.ownKeys(target);
      },
    });
    const after = announcing(keys, all("restore (destination has 2@bbbbbbbb)"));
    expect(reviewSync({ before: at({}, keys), after }).effects).toHaveLength(count);
    return readings;
  };
  expect(readingsFor(100)).toBe(readingsFor(1));
});
