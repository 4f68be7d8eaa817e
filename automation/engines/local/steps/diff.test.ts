import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PropertyMap } from "../../values.ts";
import { diffProperties, invert } from "./diff.ts";

describe("diffProperties", () => {
  it.each<[string, PropertyMap, PropertyMap, Record<string, string>]>([
    ["nothing", { a: 1 }, { a: 1 }, {}],
    ["a value", { a: 1 }, { a: 2 }, { a: "update" }],
    ["null is absence", { a: null }, {}, {}],
    ["null to a value", { a: null }, { a: 1 }, { a: "add" }],
    ["an added and a removed name", { a: 1 }, { b: 1 }, { a: "delete", b: "add" }],
    [
      "within an object",
      { a: { x: 1, y: 1 } },
      { a: { x: 2, z: 1 } },
      { "a.x": "update", "a.y": "delete", "a.z": "add" },
    ],
    [
      "names that need quotes",
      { a: {} },
      { a: { 'b"c': 1, "d.e": 1 } },
      { 'a["b\\"c"]': "add", 'a["d.e"]': "add" },
    ],
    ["a top-level name that needs quotes", {}, { é: 1 }, { '["é"]': "add" }],
    ["longer and shorter lists", { a: [1, 2] }, { a: [1, 3, 4] }, { "a[1]": "update", "a[2]": "add" }],
    ["another kind of value", { a: [1] }, { a: { x: 1 } }, { a: "update" }],
  ])("tells %s", (_title, before, after, expected) => {
    const detailed = diffProperties(before, after)?.detailed ?? {};
    expect(
      Object.fromEntries(Object.entries(detailed).map(([path, { diffKind }]) => [path, diffKind])),
    ).toEqual(expected);
  });

  it("finds nothing between equal properties", () => {
    fc.assert(
      fc.property(plain(), (map) => {
        expect(diffProperties(map, structuredClone(map))).toBeUndefined();
      }),
    );
  });

  it("is the inverse the other way round", () => {
    fc.assert(
      fc.property(plain(), plain(), (before, after) => {
        const there = diffProperties(before, after);
        const back = diffProperties(after, before);
        expect(there && invert(there.detailed)).toEqual(back?.detailed);
        expect(there?.changedKeys).toEqual(back?.changedKeys);
      }),
    );
  });

  it("compares maps of 10,000 entries at once", () => {
    const before = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`K${index}`, `${index}@a`]),
    );
    const after = { ...before, K5: "6@a", NEW: "1@b" };
    const { detailed } = diffProperties({ keys: before }, { keys: after }) ?? { detailed: {} };
    expect(Object.keys(detailed)).toEqual(["keys.K5", "keys.NEW"]);
  });
});

const plain = (): fc.Arbitrary<PropertyMap> =>
  fc.dictionary(
    fc.string(),
    fc.jsonValue({ maxDepth: 3 }).map((value) => value as PropertyMap[string]),
    { maxKeys: 5, noNullPrototype: true },
  );
