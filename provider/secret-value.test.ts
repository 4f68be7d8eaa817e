import { format, inspect } from "node:util";
import { expect, test } from "vitest";
import { SecretValue } from "./secret-value.ts";

const secret = new SecretValue("canary");

test.each<[string, () => string]>([
  ["String()", () => String(secret)],
  ["a template", () => `${secret}`],
  ["concatenation", () => `${["x", secret].join("")}`],
  ["JSON", () => JSON.stringify({ secret, list: [secret] })],
  ["inspect", () => inspect({ secret }, { showHidden: true, depth: 9 })],
  ["console formats", () => format("%s %o %O %j", secret, secret, secret, secret)],
  ["an error's cause", () => inspect(new Error("x", { cause: secret }))],
  ["own properties", () => JSON.stringify([Object.keys(secret), Object.entries(secret), { ...secret }])],
  ["a structured clone", () => inspect(structuredClone(secret))],
])("%s does not tell it", (_name, print) => {
  expect(print()).not.toContain("canary");
});

test("only reveal opens it", () => {
  expect(secret.reveal()).toBe("canary");
  expect(String(secret)).toBe("[secret]");
});

test.each([
  ["", ""],
  ["a", "a"],
  ["  a b  ", "a b"],
  ["a\n", "a\n"],
  ["a\n\n\n", "a\n"],
  ["a \n", "a\n"],
  ["a\n ", "a"],
  ["\ta\r\n", "a\n"],
  ["a\nb\n", "a\nb\n"],
  ["\n", "\n"],
  ["   ", ""],
  ["\u00a0a\ufeff", "a"],
])("%j is stored as %j", (text, stored) => {
  const value = new SecretValue(text).normalised();
  expect(value.reveal()).toBe(stored);
  expect(value.normalised()).toBe(value);
});

test("questions that can be asked without opening it", () => {
  expect(secret.equals(new SecretValue("canary"))).toBe(true);
  expect(secret.equals(new SecretValue("Canary"))).toBe(false);
  expect([secret.isEmpty, new SecretValue("").isEmpty, new SecretValue(" ").isEmpty]).toEqual([
    false,
    true,
    false,
  ]);
  expect(["x${A}", "${", "$A", "{A}"].map((text) => new SecretValue(text).holdsReference)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(secret.matches(/^can/)).toBe(true);
  expect(new SecretValue("ü😀").length).toBe(3);
});
