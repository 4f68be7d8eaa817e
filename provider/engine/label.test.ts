import fc from "fast-check";
import { expect, test } from "vitest";
import { anyText } from "../../test/support/any-text.ts";
import { fromLabel, toLabel } from "./label.ts";

test.each([
  ["an ordinary key", "DB_URL", "DB_URL"],
  ["a key in another script", "ключ_ü_😀", "ключ_ü_😀"],
  ["a leading __, which Pulumi hides", "__A", "%5F_A"],
  ["a __ elsewhere", "A__B", "A__B"],
  ["a key that a plain object loses", "__proto__", "%5F_proto__"],
  ["a key that a plain object inherits", "constructor", "constructor"],
  ["a percent sign", "a%b", "a%25b"],
  ["what looks like a label", "%5F_A", "%255F_A"],
  ["an escape sequence", "\u001b[31mRED", "%1B[31mRED"],
  ["a C1 control", "a\u009bb", "a%C2%9Bb"],
  ["a newline", "A\nB", "A%0AB"],
  ["a NUL", "A\0", "A%00"],
  ["a bidi override", "A\u202eB", "A%E2%80%AEB"],
  ["a bidi isolate", "A\u2066B", "A%E2%81%A6B"],
  ["an Arabic letter mark", "A\u061cB", "A%D8%9CB"],
  ["a soft hyphen, which shows as nothing", "A\u00adB", "A%C2%ADB"],
  ["a zero width space", "A\u200bB", "A%E2%80%8BB"],
  ["a byte order mark", "\ufeffA", "%EF%BB%BFA"],
  ["an invisible tag character", "A\u{e0041}", "A%F3%A0%81%81"],
  ["a line separator", "A\u2028B", "A%E2%80%A8B"],
  ["Pulumi's own marker", "4dabf18193072939515e22adb298388d", "%34dabf18193072939515e22adb298388d"],
  [
    "half of Pulumi's marker of secrets",
    "1b47061264138c4ac30d75fd1eb44270",
    "1b47061264138c4ac30d75fd1eb44270",
  ],
])("%s", (_name, key, label) => {
  expect(toLabel(key)).toBe(label);
  expect(fromLabel(label)).toBe(key);
});

const odd = fc.constantFrom(
  "_",
  "__",
  "%",
  "%5F",
  "\n",
  "\u001b",
  "\u202e",
  "\u061c",
  "\ufeff",
  "A",
  "é",
  "😀",
);
const key = fc.oneof(
  anyText,
  fc.array(odd, { maxLength: 6 }).map((parts) => parts.join("")),
  // Lone surrogates too: a label must never make a run fail.
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

test("every key has one label and every label one key, and no label can do harm", () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(fromLabel(toLabel(a))).toBe(a);
      expect(toLabel(a) === toLabel(b)).toBe(a === b);
      expect(toLabel(a)).not.toMatch(/^__|\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u);
    }),
    { numRuns: 1000 },
  );
});
