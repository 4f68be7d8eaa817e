import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SIGNATURE, UNKNOWN } from "../../provider/marked-values.ts";
import { isEqual } from "../../provider/resources/properties.ts";
import { properties } from "../../test/fixtures/local-engine/properties.ts";
import {
  containsSecret,
  fromProgram,
  markOutputs,
  markSecrets,
  maskSecrets,
  secret,
  toProvider,
  unwrapAll,
} from "./values.ts";

const REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const URN = "urn:pulumi:dev::p::t:m:T::n";

describe("fromProgram", () => {
  it("resolves outputs: known, unknown and secret", () => {
    const values = {
      known: { [SIGNATURE]: OUTPUT, value: 1, dependencies: [URN] },
      unknown: { [SIGNATURE]: OUTPUT },
      list: [{ [SIGNATURE]: OUTPUT, value: { a: { [SIGNATURE]: OUTPUT, value: "x", secret: true } } }],
    };
    expect(fromProgram(values)).toEqual({ known: 1, unknown: UNKNOWN, list: [{ a: secret("x") }] });
  });

  it("marks a secret once, however often it was marked", () => {
    const twice = { [SIGNATURE]: OUTPUT, secret: true, value: secret(secret("x")) };
    expect(fromProgram({ twice })).toEqual({ twice: secret("x") });
  });

  it("refuses assets", () => {
    const file = { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", path: "a" };
    expect(() => fromProgram({ file })).toThrow("an asset");
  });
});

describe("toProvider", () => {
  it("opens secrets and gives references by their id, or their URN", () => {
    const values = {
      password: secret({ inner: ["x", secret("y")] }),
      known: { [SIGNATURE]: REFERENCE, urn: URN, id: "i" },
      unknown: { [SIGNATURE]: REFERENCE, urn: URN, id: "" },
      component: { [SIGNATURE]: REFERENCE, urn: URN },
    };
    expect(toProvider(values)).toEqual({
      password: { inner: ["x", "y"] },
      known: "i",
      unknown: UNKNOWN,
      component: URN,
    });
  });
});

describe("markSecrets", () => {
  it("goes into objects, and marks lists whole", () => {
    const marked = {
      plain: 1,
      object: { a: secret(1), b: 2 },
      list: [1, secret(2)],
      whole: secret({}),
      gone: secret(1),
    };
    const values = { plain: 1, object: { a: 1, b: 2 }, list: [2, 1], whole: { x: 1 }, extra: 1 };
    expect(markSecrets(values, marked)).toEqual({
      plain: 1,
      object: { a: secret(1), b: 2 },
      list: secret([2, 1]),
      whole: secret({ x: 1 }),
      extra: 1,
    });
  });

  it("gives back the marks of what a provider returns unchanged", () => {
    fc.assert(
      fc.property(properties(), (values) => {
        const returned = markSecrets(toProvider(values), values);
        expect(isEqual(unwrapAll(returned), unwrapAll(values))).toBe(true);
        expect(Object.values(returned).map(containsSecret)).toEqual(
          Object.values(values).map(containsSecret),
        );
      }),
    );
  });
});

it("marks outputs by name, and by inputs of the same name", () => {
  const outputs = { token: "t", password: "p", plain: 1 };
  expect(markOutputs(outputs, ["token", "missing"], { password: secret("p") })).toEqual({
    token: secret("t"),
    password: secret("p"),
    plain: 1,
  });
});

it("shows no secret in events", () => {
  const shown = maskSecrets({ a: [secret("hunter2")], b: { c: secret({ d: "hunter2" }) } });
  expect(JSON.stringify(shown)).not.toContain("hunter2");
});

describe("a map that has been looked at", () => {
  it("is passed on as it is where nothing in it stands for something else", () => {
    const keys = { A: "1@aaaa", B: "2@bbbb" };
    const map = { keys, password: secret("x") };
    for (const seen of [maskSecrets(map), toProvider(map), unwrapAll(map), markSecrets(map, map)])
      expect(seen["keys"]).toBe(keys);
    expect(maskSecrets(map)["password"]).toHaveProperty("ciphertext", "[secret]");
  });

  it("is a secret for all that, where it is one", () => {
    const marked = secret("x");
    for (const look of [maskSecrets, toProvider, fromProgram]) look(marked);
    expect(containsSecret(marked)).toBe(true);
    expect(toProvider({ marked })).toEqual({ marked: "x" });
    expect(JSON.stringify(maskSecrets({ marked, list: [{ marked }] }))).not.toContain('"x"');
    expect(markSecrets({ marked: "x" }, { marked })).toEqual({ marked });
  });
});
