import { expect, test } from "vitest";
import { encodeWrite } from "../infisical/http/encode.ts";
import { SecretValue } from "../secret-value.ts";
import { batches, slices } from "./batches.ts";

const encode = ([key, value]: readonly [string, string]) => encodeWrite(key, new SecretValue(value), false);
const split = (items: [string, string][], limits: { bytes: number; items: number }) =>
  [...batches(items, encode, limits)].map((batch) => batch.writes.map((write) => write.key).join(""));
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

test("items are encoded only as their request comes up", () => {
  const encoded: string[] = [];
  const lazily = batches(
    [..."ABCDEF"],
    (key) => {
      encoded.push(key);
      return encode([key, "v"]);
    },
    { bytes: 10_000, items: 2 },
  );
  expect(lazily.next().value).toMatchObject({ items: ["A", "B"] });
  expect(encoded.join("")).toBe("ABC");
});

test("slices", () => {
  expect([...slices([..."ABCDE"], 2)]).toEqual([["A", "B"], ["C", "D"], ["E"]]);
  expect([...slices([], 2)]).toEqual([]);
});
