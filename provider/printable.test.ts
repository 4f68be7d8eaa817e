import { expect, test } from "vitest";
import { inert, oneLine, printable } from "./printable.ts";

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
  [
    "a command of GitHub's",
    "a\n::error title=pwn::x\n \t::set-env::y",
    "a\n: :error title=pwn::x\n \t: :set-env::y",
  ],
  ["one behind what is taken away", "\u001b[1m\r\u2028::error::x", "  : :error::x"],
  [
    "an older one, and those of others",
    "a ##[error]b ##vso[task.x]c ##teamcity[d]",
    "a # #[error]b # #vso[task.x]c # #teamcity[d]",
  ],
  ["a section of GitLab's", "section_start:1:a\r\u001b[0Kb", "section_start:1:a b"],
  ["colons and number signs elsewhere", "std::string ## [a] #[b] : :", "std::string ## [a] #[b] : :"],
])("%s", (_what, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test.each([
  ["/x\n::error title=pwn::x", "/x ::error title=pwn::x"],
  ["\n::error::", " : :error::"],
  ["a\r\nb\u2029c\u0085d\u000be", "a  b c d e"],
])("a name has one line: %j", (text, shown) => {
  expect(oneLine(text)).toBe(shown);
});

test("what is harmless stays so", () => {
  for (const text of ["::error::", "##[error]", " ::x", "###[x", ":::x"]) {
    expect(inert(inert(text))).toBe(inert(text));
    expect(inert(text)).not.toMatch(/^\s*::|##\w*\[/m);
  }
});

test("takes no more than linear time", () => {
  expect(printable("\u001b]".repeat(200_000))).toBe("");
  expect(printable("\u001b[".repeat(200_000)).length).toBeLessThanOrEqual(400_000);
  for (const text of [" ", "#", ":", "\n ", "##a"])
    expect(printable(text.repeat(200_000)).length).toBeGreaterThan(1);
});
