import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createRedactor, type Redactor } from "./redactor.ts";

const knowing = (...secrets: string[]): Redactor => {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
};

const PEM = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu
NMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZ
-----END PRIVATE KEY-----
`;
const NASTY = `say "é" & 'so' <b>\\n50% of a+b/c\tis 100%41 …🔑\r\nC:\\new\\u0041 {"x":"y"}`;

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const escapes: Record<string, (text: string) => string> = {
  plain: (text) => text,
  JSON: json,
  "JSON with escaped slashes": (text) => json(text).replaceAll("/", "\\/"),
  "JSON in ASCII": (text) =>
    json(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  "JSON for HTML": (text) =>
    json(text).replace(/[<>&'"]/g, (unit) => `\\u00${unit.charCodeAt(0).toString(16).toUpperCase()}`),
  URL: encodeURIComponent,
  "URL in lower case": (text) => encodeURIComponent(text).replace(/%../g, (byte) => byte.toLowerCase()),
  form: (text) => new URLSearchParams([["", text]]).toString().slice(1),
  HTML: (text) =>
    text.replace(
      /[&<>"']/g,
      (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? "&#39;",
    ),
  "HTML in hex": (text) => text.replace(/[&<>"'/]/g, (sign) => `&#x${sign.charCodeAt(0).toString(16)};`),
  base64: (text) => Buffer.from(text).toString("base64"),
  "base64 for URLs": (text) => Buffer.from(text).toString("base64url"),
  "base64 within base64": (text) => Buffer.from(`user:${text}.`).toString("base64"),
  "line breaks as blanks": (text) => text.replaceAll(/\r?\n/g, " "),
  "line breaks gone": (text) => text.replaceAll(/\r?\n/g, ""),
  "line breaks as CRLF": (text) => text.replaceAll(/\r?\n/g, "\r\n"),
};
const names = Object.keys(escapes);
const inBase64 = (name: string) => name.startsWith("base64");
const escaped = (text: string, ...by: string[]) =>
  by.reduce((rest, name) => escapes[name]?.(rest) ?? "", text);

test.each(names)("a key is cut out whole as %s", (name) => {
  // Around it may stand the digits that it shares with what stands next to it.
  expect(knowing(PEM).clean(`bad value (${escaped(PEM.trim(), name)}) of A`)).toMatch(
    inBase64(name) ? /^bad value \(.{0,6}\[secret\].{0,4}\) of A$/ : /^bad value \(\[secret\]\) of A$/,
  );
});

const pairs = names.flatMap((outer) => names.map((inner) => [inner, outer] as const));
test.each(pairs.filter((pair) => !pair.every(inBase64)))(
  "of a text as %s, then as %s, less than eight characters in a row are left",
  (inner, outer) => {
    const redactor = knowing(NASTY, PEM);
    for (const secret of [NASTY, PEM]) {
      const shown = redactor.clean(`bad value (${escaped(secret, inner, outer)}) of A`);
      expect(shown).toContain("[secret]");
      expect(redactor.clean(shown)).toBe(shown);
      expect(shown.replaceAll("[secret]", "").length).toBeLessThan(32);
    }
  },
);

test("of a secret that was cut off anywhere, what is left is cut out", () => {
  const redactor = knowing("0123456789abcdefghij-and-so-on");
  expect(redactor.clean("got 0123456789abcdefg... twice 0123456789abcdefg")).toBe(
    "got [secret]... twice [secret]",
  );
  expect(redactor.clean("got ...fghij-and-so-on and ...789abcdef...")).toBe(
    "got ...[secret] and ...[secret]...",
  );
});

test("secrets next to each other, within each other and beginning alike are cut out by the longest match", () => {
  expect(knowing("abcd", "abcdefgh").clean("abcdefgh abcd")).toBe("[secret] [secret]");
  expect(knowing("abcdefghijkl", "ijklmnopqrst").clean("x abcdefghijklmnopqrst")).toBe("x [secret]");
});

test("a short secret is cut out where it stands whole; one of less than four characters is not known", () => {
  const redactor = knowing("hunter", "on", "dev", "", "  ");
  expect(redactor.clean("hunter is weak, hunt is on in dev")).toBe("[secret] is weak, hunt is on in dev");
});

test.each([
  ["1 created, recreate, createKeys", "1 created, recreate, createKeys"],
  ["create, 'create' create2 create_key", "[secret], '[secret]' [secret]2 [secret]_key"],
  [String.raw`line\ncreate\tx and a%0Acreate`, String.raw`line\n[secret]\tx and a%0A[secret]`],
  [`${Buffer.from("create").toString("base64")} c%72eated`, "[secret] [secret]d"],
])("a short word is cut out of what is not part of a longer one: %s", (said, shown) => {
  expect(knowing("create").clean(said)).toBe(shown);
});

test("of JSON text the strings and numbers are secret, and the names are not", () => {
  const redactor = knowing('{"primary": "first-secret", "list": ["second-secret", 123456]}');
  expect(redactor.clean('first-secret {"list": ["second-secret", 123456]}, "primary":')).toBe(
    '[secret] {"list": ["[secret]", [secret]]}, "primary":',
  );
});

test.each([
  '{"token":"first-secret-123456","token":"second-one-99"}',
  '["cat","dog","fox","owl"]',
  '{"sk_live_abcdefgh12345":true}',
  '{"amount": 1.50, "account": "x"}',
])("a JSON text that is more than its strings and numbers is known whole: %s", (secret) => {
  expect(knowing(secret).clean(`bad: ${secret} end`)).toBe("bad: [secret] end");
});

test.each([
  ["colours", "\u001b[1;31m", "\u001b[0m"],
  ["colours of eight bits", "\u009b31m", "\u009b0m"],
  ["a window's title", "\u001b]0;t\u0007", "\u001b]0;u\u0007"],
  ["colours that have lost their first character", "[31m", "[0m"],
])("a secret is cut out that is painted, or cut by %s", (_what, on, off) => {
  const redactor = knowing("correct-horse-battery-staple", "hunter");
  for (const text of [
    `${on}hunter${off}`,
    `corr${on}ect-horse-b${off}attery-staple`,
    `${on}correct-horse-battery-staple${off}`,
  ]) {
    const cleaned = redactor.clean(`value ${text} is bad`);
    expect(cleaned).toContain("[secret]");
    expect(cleaned.replaceAll("[secret]", "")).not.toMatch(/hunter|corr|ect|horse|attery|staple/);
  }
  expect(redactor.quotesPart(`not corr${on}ect-hor${off}se-bat`)).toBe(true);
  expect(redactor.clean(`${on}nothing${off}`)).toBe(`${on}nothing${off}`);
});

test("a text that quotes a part of a secret is told from one that quotes whole ones", () => {
  const redactor = knowing("prod", "hunter22", "abcdabcdabcdabcd", "and hunter22 and so on");
  expect(redactor.quotesPart("environment 'prod', value hunter22, abcdabcdabcdabcd")).toBe(false);
  expect(redactor.quotesPart("value hunter2 is weak")).toBe(false);
  expect(redactor.quotesPart("value abcdabcdabcd…")).toBe(true);
  expect(redactor.quotesPart("…nd hunter22…")).toBe(true);
});

test("what is added after a text was cleaned is known too", () => {
  const redactor = knowing("first-secret");
  expect(redactor.clean("second-secret")).toBe("second-secret");
  redactor.add("second-secret");
  expect(redactor.clean("second-secret")).toBe("[secret]");
});

test("a text made to be compared for ever is given up, and not shown", () => {
  const redactor = knowing(`${"a".repeat(500_000)}x`);
  expect(redactor.clean(`b${"a".repeat(60_000)}`)).toBe("[secret]");
});

test("fifty thousand secrets are looked for in one text", () => {
  const redactor = createRedactor();
  for (let index = 0; index < 50_000; index++) redactor.add(`${index} ${randomBytes(40).toString("hex")}`);
  redactor.add("the last of them");
  expect(redactor.clean("bad: the last of th…")).toBe("bad: [secret]…");
});
