import { expect, test } from "vitest";
import { UNKNOWN } from "../marked-values.ts";
import { opened, referenceIn, sealed } from "./values.ts";

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ["a text", { a: secret("x"), b: "y" }, { a: "x", b: "y" }],
  ["an object", { a: secret({ b: 1 }) }, { a: { b: 1 } }],
  ["what is inside an object", { a: { b: secret("x"), c: 1 } }, { a: { b: "x", c: 1 } }],
  ["what is inside a list", { a: [secret("x"), "y"] }, { a: ["x", "y"] }],
  ["a name with a dot", { a: { "b.c": secret("x"), b: { c: "y" } } }, { a: { "b.c": "x", b: { c: "y" } } }],
])("a secret is opened, and sealed again: %s", (_what, sent, clear) => {
  const { properties, secrets } = opened(sent);
  expect(properties).toEqual(clear);
  expect(sealed(properties, secrets)).toEqual(sent);
});

test("what is not known is so whatever type it will be of, also where it will be secret", () => {
  const { properties, secrets } = opened({
    a: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    b: secret("04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
  });
  expect(properties).toEqual({ a: UNKNOWN, b: UNKNOWN });
  expect(sealed({ a: undefined, b: "known now" }, secrets)).toEqual({ b: secret("known now") });
});

test("a reference names a resource, with an id where that is known", () => {
  const reference = (id: unknown) =>
    referenceIn({ "4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e", urn: "u", id });
  expect(reference("i")).toEqual({ urn: "u", id: "i" });
  expect(reference(UNKNOWN)).toEqual({ urn: "u", id: "" });
  expect(referenceIn(secret("x"))).toBeUndefined();
  expect(referenceIn({ urn: "u", id: "i" })).toBeUndefined();
});
