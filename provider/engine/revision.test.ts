import { expect, test } from "vitest";
import { isSameSecret, revisionOf } from "./revision.ts";

test("a revision is the version and the end of the id", () => {
  expect(revisionOf({ id: "5c1f0f3a-0a5e-4f5b-9d5e-0b6a6f2f7c11", version: 12 })).toBe("12@6f2f7c11");
});

test.each([
  ["1@6f2f7c11", "1@6f2f7c11", true],
  ["1@6f2f7c11", "9@6f2f7c11", true],
  ["1@6f2f7c11~01234567", "2@6f2f7c11~89abcdef", true],
  ["1@6f2f7c11", "1@6f2f7c12", false],
])("%s and %s: the same secret? %s", (a, b, same) => {
  expect(isSameSecret(a, b)).toBe(same);
});
