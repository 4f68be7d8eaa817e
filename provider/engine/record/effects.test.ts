import { describe, expect, test } from "vitest";
import { pendingEffects, stickyEffects } from "./effects.ts";

const OLD = "delete (destination has 1@x, not written by this sync)";
const AGAIN = `${OLD} (again)`;

describe("effects as they stand in the inputs", () => {
  test.each([
    ["nothing pending keeps what stands there", { A: OLD }, {}, { A: OLD }],
    ["a new one is added", { A: OLD }, { B: "restore" }, { A: OLD, B: "restore" }],
    ["another one for the same key replaces it", { A: OLD }, { A: "restore" }, { A: "restore" }],
    ["the same one reads differently, or it would not be run", { A: OLD }, { A: OLD }, { A: AGAIN }],
    ["a third time it reads as at first", { A: AGAIN }, { A: OLD }, { A: OLD }],
    ["a key that objects inherit is a key", {}, { constructor: OLD }, { constructor: OLD }],
  ])("%s", (_name, old, pending, expected) => {
    expect(stickyEffects(old, pending)).toEqual(expected);
  });

  test("neither argument is changed", () => {
    const old = Object.freeze({ A: OLD });
    stickyEffects(old, Object.freeze({ A: OLD }));
    expect(old).toEqual({ A: OLD });
  });

  test("what was announced is found again, however often it comes back", () => {
    let standing: Record<string, string> = { GONE: "restore" };
    for (let turn = 0; turn < 4; turn++) {
      const announced = stickyEffects(standing, { A: OLD });
      expect(announced).not.toEqual(standing);
      expect(pendingEffects(standing, announced)).toEqual({ A: OLD });
      standing = announced;
    }
  });

  test("with nothing new, nothing is pending", () => {
    expect(pendingEffects({ A: AGAIN }, { A: AGAIN })).toEqual({});
  });
});
