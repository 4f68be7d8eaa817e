import { expect, test } from "vitest";
import { printable } from "./printable.ts";

test.each([
  ["plain", "two lines\n\tand a tab: ünïcödé 🔑", "two lines\n\tand a tab: ünïcödé 🔑"],
  ["colours", "a\u001b[31;1mred\u001b[0m", "ared"],
  ["colours in eight-bit form", "a\u009b31mred", "ared"],
  ["a window title", "a\u001b]0;owned\u0007b", "ab"],
  ["a link", "\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\", "click"],
  ["a device control string", "a\u001bPq#0\u001b\\b", "ab"],
  ["an unfinished sequence ends with its line", "a\u001b]0;owned\nb", "a\nb"],
  ["a lone escape", "a\u001b", "a "],
  ["a return over what was printed", "error\rfine \b", "error fine  "],
  ["text that is shown backwards", "a\u202etxt.exe\u2066b\u061c", "a txt.exe b "],
  ["characters without width", "pay\u200bpal\ufeff\u2060", "pay pal  "],
  ["other line ends", "a\u2028b\u0085c\u000bd", "a b c d"],
  ["NUL", "a\u0000b", "a b"],
])("%s", (_what, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("takes no more than linear time", () => {
  expect(printable("\u001b]".repeat(200_000))).toBe("");
  expect(printable("\u001b[".repeat(200_000)).length).toBeLessThanOrEqual(400_000);
});
