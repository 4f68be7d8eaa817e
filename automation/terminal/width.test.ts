import { expect, test } from "vitest";
import { pad, widest, widthOf, wrapped } from "./width.ts";

test.each([
  ["abc", 3],
  ["日本語", 6],
  ["🔑", 2],
  ["e\u0301", 1],
  ["\u001b[31mred\u001b[39m", 3],
])("%j takes %i columns", (text, columns) => {
  expect(widthOf(text)).toBe(columns);
  expect(widthOf(pad(text, 8))).toBe(8);
});

test("the widest is so on the terminal", () => {
  expect(widest(["four", "日本語"])).toBe(6);
  expect(widest([])).toBe(0);
});

test.each([
  [40, ["a line that is broken where a word ends,", "    and goes on below [~one,~two]"]],
  [
    20,
    ["a line that is", "    broken where a", "    word ends, and", "    goes on below", "    [~one,~two]"],
  ],
  [
    12,
    [
      "a line that",
      "    is",
      "    broken",
      "    where a",
      "    word",
      "    ends,",
      "    and goes",
      "    on below",
      "    [~one,",
      "    ~two]",
    ],
  ],
])("in %i columns no word is broken", (columns, lines) => {
  const line = "a line that is broken where a word ends, and goes on below [~one,~two]";
  expect(wrapped(line, columns, 4)).toEqual(lines);
});

test("what no terminal is narrow enough for stays as it is", () => {
  expect(wrapped("  one  two", 80, 4)).toEqual(["  one  two"]);
  expect(wrapped("x".repeat(50), 40, 4)).toEqual(["x".repeat(50)]);
});
