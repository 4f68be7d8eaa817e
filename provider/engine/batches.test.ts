import { expect, test } from "vitest";
import { encodeWrite } from "../infisical/http/encode.ts";
import { SecretValue } from "../secret-value.ts";
import { batches, slices } from "./batches.ts";
import { locateInFolder, locateInTree } from "./tree-key.ts";

const encode = ([key, value]: readonly [string, string]) => encodeWrite(key, new SecretValue(value), false);
const split = (
  items: [string, string][],
  bounds: { bytes: number; items: number },
  locate = locateInFolder,
) => {
  const named = items.map(([key, value]) => ({ key, value }));
  const limits = { ...bounds, itemBytes: bounds.bytes };
  return [...batches(named, ({ key, value }) => encode([key, value]), { limits, locate })].map((batch) =>
    batch.writes.map((write) => write.key).join(""),
  );
};
const OVERHEAD = encode(["", ""]).bytes;

test("nothing makes no request", () => {
  expect(split([], { bytes: 100, items: 10 })).toEqual([]);
});

test("by count, in order", () => {
  const items = [..."ABCDE"].map((key): [string, string] => [key, "v"]);
  expect(split(items, { bytes: 10_000, items: 2 })).toEqual(["AB", "CD", "E"]);
});

test("by bytes, the commas between items included", () => {
  const items = [..."ABCD"].map((key): [string, string] => [key, ""]);
  const two = 2 * (OVERHEAD + 1) + 1;
  expect(split(items, { bytes: two, items: 10 })).toEqual(["AB", "CD"]);
  expect(split(items, { bytes: two - 1, items: 10 })).toEqual(["A", "B", "C", "D"]);
});

test.each([
  ["plain", "v".repeat(100), 100],
  ["umlauts", "ü".repeat(100), 200],
  ["emoji", "😀".repeat(100), 400],
  ["newlines", "\n".repeat(100), 200],
  ["control characters", "\u0001".repeat(100), 600],
])("%s count as what they are on the wire", (_name, value, bytes) => {
  const size = OVERHEAD + 1 + bytes;
  expect(encode(["A", value]).bytes).toBe(size);
  const items: [string, string][] = [..."AB"].map((key) => [key, value]);
  expect(split(items, { bytes: 2 * size + 1, items: 10 })).toEqual(["AB"]);
  expect(split(items, { bytes: 2 * size, items: 10 })).toEqual(["A", "B"]);
});

test("an item over the limit goes alone", () => {
  const items: [string, string][] = [
    ["A", "v"],
    ["B", "v".repeat(500)],
    ["C", "v"],
  ];
  expect(split(items, { bytes: 200, items: 10 })).toEqual(["A", "B", "C"]);
});

test("a request is of one folder, the deepest first", () => {
  const items = ["A", "a/A", "B", "a/b/A", "a/B"].map((key): [string, string] => [key, "v"]);
  expect(split(items, { bytes: 10_000, items: 10 }, locateInTree)).toEqual(["a/b/A", "a/Aa/B", "AB"]);
});

test("items are encoded only as their request comes up", () => {
  const encoded: string[] = [];
  const lazily = batches(
    [..."ABCDEF"].map((key) => ({ key })),
    ({ key }) => {
      encoded.push(key);
      return encode([key, "v"]);
    },
    { limits: { bytes: 10_000, items: 2, itemBytes: 10_000 }, locate: locateInFolder },
  );
  expect(lazily.next().value).toMatchObject({ items: [{ key: "A" }, { key: "B" }] });
  expect(encoded.join("")).toBe("ABC");
});

test("slices", () => {
  expect([...slices([..."ABCDE"], 2)]).toEqual([["A", "B"], ["C", "D"], ["E"]]);
  expect([...slices([], 2)]).toEqual([]);
});
