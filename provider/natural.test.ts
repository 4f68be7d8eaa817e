import fc from "fast-check";
import { expect, test } from "vitest";
import { byName } from "./natural.ts";

test.each([
  [
    ["OLD_10", "OLD_9", "OLD_2"],
    ["OLD_2", "OLD_9", "OLD_10"],
  ],
  [
    ["v1.10.0", "v1.9.0", "v1.9.0-rc"],
    ["v1.9.0", "v1.9.0-rc", "v1.10.0"],
  ],
  [
    ["b", "A", "a", "B"],
    ["a", "A", "b", "B"],
  ],
  [
    ["K01", "K1", "K001"],
    ["K001", "K01", "K1"],
  ],
])("%j is %j", (names, sorted) => {
  expect(names.toSorted(byName)).toEqual(sorted);
});

test("any names have one order, whatever order they come in", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), (names) => {
      expect(names.toReversed().sort(byName)).toEqual(names.toSorted(byName));
    }),
  );
});
