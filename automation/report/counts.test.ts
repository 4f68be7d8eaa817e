import fc from "fast-check";
import { expect, test } from "vitest";
import { counted, number } from "./counts.ts";

test("counts are written as in English", () => {
  expect([0, 7, 999, 1000, 123_456, 1_234_567].map(number)).toEqual([
    "0",
    "7",
    "999",
    "1,000",
    "123,456",
    "1,234,567",
  ]);
  fc.assert(fc.property(fc.maxSafeNat(), (count) => number(count) === count.toLocaleString("en")));
  expect([0, 1, 1000].map((count) => counted(count, "key"))).toEqual(["0 keys", "1 key", "1,000 keys"]);
});
