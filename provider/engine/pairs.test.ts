import fc from "fast-check";
import { expect, test } from "vitest";
import { listed, wanted } from "../../test/support/engine.ts";
import { pairUp } from "./pairs.ts";

const keys = (text: string) => Object.fromEntries([...text].map((key) => [key, "v"]));
const pairs = (source: string, destination: string) =>
  pairUp(wanted(keys(source)), listed(keys(destination))).map(
    (pair) => `${pair.key}${pair.source ? "<" : ""}${pair.destination ? ">" : ""}`,
  );

test.each([
  ["both empty", "", "", []],
  ["the same order", "ABC", "ABC", ["A<>", "B<>", "C<>"]],
  ["another order", "ABC", "CAB", ["A<>", "B<>", "C<>"]],
  ["a longer source", "ABC", "A", ["A<>", "B<", "C<"]],
  ["a longer destination", "A", "ABC", ["A<>", "B>", "C>"]],
  ["a gap in the middle", "ABCD", "ACDE", ["A<>", "B<", "C<>", "D<>", "E>"]],
  ["nothing in common", "AB", "CD", ["A<", "B<", "C>", "D>"]],
])("%s", (_name, source, destination, expected) => {
  expect(pairs(source, destination)).toEqual(expected);
});

test("in whatever order, each key is one pair with what both sides have", () => {
  const side = fc.uniqueArray(fc.constantFrom(..."ABCDEFGH"));
  fc.assert(
    fc.property(side, side, (source, destination) => {
      const expected = [...new Set([...source, ...destination])].map(
        (key) => `${key}${source.includes(key) ? "<" : ""}${destination.includes(key) ? ">" : ""}`,
      );
      expect(pairs(source.join(""), destination.join("")).sort()).toEqual(expected.sort());
    }),
  );
});
