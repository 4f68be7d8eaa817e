import { expect, test } from "vitest";
import { choosePaint } from "./paint.ts";

const RED = "\u001b[31mx\u001b[39m";

test.each([
  ["auto", true, {}, RED],
  ["auto", false, {}, "x"],
  ["auto", true, { NO_COLOR: "1" }, "x"],
  ["auto", true, { NO_COLOR: "" }, RED],
  ["auto", true, { TERM: "dumb" }, "x"],
  ["auto", false, { FORCE_COLOR: "1" }, RED],
  ["auto", false, { FORCE_COLOR: "0" }, "x"],
  ["auto", true, { NO_COLOR: "1", FORCE_COLOR: "1" }, "x"],
  ["always", false, { NO_COLOR: "1" }, RED],
  ["never", true, { FORCE_COLOR: "1" }, "x"],
] as const)("--color %s, terminal %s, environment %o", (choice, isTTY, environment, painted) => {
  expect(choosePaint(choice, { isTTY }, environment)("red", "x")).toBe(painted);
});
