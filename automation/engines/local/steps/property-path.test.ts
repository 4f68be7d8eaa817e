import { describe, expect, it } from "vitest";
import { secret } from "../../values.ts";
import { contains, parsePath, reset } from "./property-path.ts";

it.each([
  ["a", ["a"]],
  ["a.b[0].c", ["a", "b", 0, "c"]],
  ['a["b.c"]["d\\"e"]', ["a", "b.c", 'd"e']],
  ["a.*[*]", ["a", "*", "*"]],
  ["a[", undefined],
])("reads %s", (text, path) => {
  expect(parsePath(text)).toEqual(path);
});

it("knows what lies below a path", () => {
  expect(contains(["a"], ["a", "b"])).toBe(true);
  expect(contains(["a", "*", "c"], ["a", 1, "c"])).toBe(true);
  expect(contains(["a", "b"], ["a"])).toBe(false);
});

describe("reset", () => {
  const original = { a: 1, list: [{ x: 1 }, { x: 2 }], gone: 1, secret: secret({ y: 1 }) };
  it.each([
    ["a", { ...original, a: 2 }, original],
    ["gone", { a: 1 }, { a: 1, gone: 1 }],
    ["added", { a: 1, added: 1 }, { a: 1 }],
    ["list[1].x", { ...original, list: [{ x: 5 }, { x: 6 }] }, { ...original, list: [{ x: 5 }, { x: 2 }] }],
    ["list[*].x", { ...original, list: [{ x: 5 }, { x: 6 }] }, original],
    ["secret.y", { ...original, secret: secret({ y: 2 }) }, original],
    ["*", { b: 1 }, original],
    ["list[2].x", { ...original, list: [{ x: 1 }, { x: 2 }, { x: 3 }] }, undefined],
    ["missing.x", original, original],
  ])("puts %s back", (path, properties, expected) => {
    expect(reset(properties, original, parsePath(path) ?? [])).toEqual(expected);
  });
});
