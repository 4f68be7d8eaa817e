import { expect, test } from "vitest";
import { literalsOf } from "./globs.ts";

test.each([
  ["/pay-*/**", "/pay-/"],
  ["/{pay,bill-{eu,us}}/x", "/paybill-euus/x"],
  ["/team-{1..3}", "/team-"],
  ["/[a-c.]x[!d]", "/x"],
  ["/*.x", "/.x"],
  ["/{pay", "/{pay"],
  ["/[pay", "/[pay"],
  ["a,b", "a,b"],
])("%s asks for %s", (glob, expected) => {
  expect(literalsOf(glob)).toBe(expected);
});
