import { describe, expect, it } from "vitest";
import { conform, decodeValue, encodeValue, isUnknownIn, type Type, UNKNOWN } from "./value.ts";

const hex = (text: string) => ({ msgpack: Buffer.from(text.replaceAll(" ", ""), "hex") });
const bytes = (type: Type, value: Parameters<typeof encodeValue>[1]) =>
  Buffer.from(encodeValue(type, value).msgpack ?? []).toString("hex");

describe("values on the wire", () => {
  it("knows what is not known yet, in every form that Terraform sends", () => {
    expect(bytes("string", UNKNOWN)).toBe("d40000");
    expect(decodeValue("string", hex("d4 00 00"))).toBe(UNKNOWN);
    // Refined: a string that is not null, and begins with "ab".
    expect(decodeValue("string", hex("c7 07 0c 82 01 c2 02 a2 61 62"))).toBe(UNKNOWN);
    expect(decodeValue(["map", "string"], hex("81 a1 61 d4 00 00"))).toEqual({ a: UNKNOWN });
  });

  it.each([
    ["small", "05", 5],
    ["64 bits", "cf 00 00 00 00 ff ff ff ff", 4_294_967_295],
    ["float", "cb 3f f8 00 00 00 00 00 00", 1.5],
    ["decimal text", "a3 31 2e 35", 1.5],
    ["what fits in 53 bits only", "cf 00 1f ff ff ff ff ff ff", 9_007_199_254_740_991],
    ["what fits in 64 bits only", "cf ff ff ff ff ff ff ff ff", "18446744073709551615"],
    ["what fits in signed 64 bits only", "d3 80 00 00 00 00 00 00 00", "-9223372036854775808"],
    ["decimal text that no float is", "a3 30 2e 31", "0.1"],
  ])("reads a number as %s", (_form, wire, number) => {
    expect(decodeValue("number", hex(wire))).toBe(number);
  });

  it("fills in the attributes that are missing and drops those that are gone", () => {
    const type: Type = ["object", { a: "string", b: ["object", { c: "bool" }] }];
    expect(conform(type, { a: "x", gone: 1, b: {} })).toEqual({ a: "x", b: { c: null } });
    expect(decodeValue(type, encodeValue(type, { a: "x" }))).toEqual({ a: "x", b: null });
  });

  it("reads JSON, and nothing as null", () => {
    expect(decodeValue(["list", "number"], { json: Buffer.from("[1, 2]") })).toEqual([1, 2]);
    expect(decodeValue("string", undefined)).toBeNull();
    expect(decodeValue("string", {})).toBeNull();
  });

  it.each(["9007199254740993", "-9007199254740993", "0.1", "0.5", "1e400", "7"])(
    "has %s as it was, through state and plan",
    (text) => {
      const type: Type = ["object", { n: "number" }];
      const inState = decodeValue(type, { json: Buffer.from(`{"n":${text}}`) });
      const inPlan = decodeValue(type, encodeValue(type, { n: text }));
      expect(inState).toEqual(inPlan);
      expect(String(Object.values(inState as object)[0])).toBe(text);
    },
  );

  it.each<[Type, unknown, string]>([
    ["number", "many", "a number"],
    ["number", Number.NaN, "a number"],
    ["number", true, "a number"],
    ["bool", "yes", "true or false"],
    ["string", { a: 1 }, "text"],
    [["list", "string"], "a", "a list"],
    [["map", "string"], ["a"], "an object"],
    [["object", {}], "a", "an object"],
  ])("refuses for %j what is something else: %j", (type, value, wanted) => {
    expect(() => conform(["object", { a: ["object", { b: type }] }], { a: { b: value } })).toThrow(
      `a.b is not ${wanted}`,
    );
  });

  it("finds unknown values at any depth", () => {
    expect(isUnknownIn({ a: [{ b: UNKNOWN }] })).toBe(true);
    expect(isUnknownIn({ a: [{ b: null }] })).toBe(false);
  });
});
