import { describe, expect, it } from "vitest";
import { effectsOf } from "../../engine/effects.ts";
import { UNMARKED } from "../../engine/ownership.ts";
import { syncOptions } from "../../schema.ts";
import { replan } from "./observation.ts";

const options = (more: object = {}) =>
  syncOptions.parse({ initialSyncBehavior: "overwrite-destination", ...more });

const KEYS = { SAME: "1@aaaaaaaa", MOVED: "1@bbbbbbbb", GONE: "1@cccccccc", EDITED: "changed 2@dddddddd" };
const observed = {
  pairs: {
    MOVED: "2@bbbbbbbb 1@11111111",
    GONE: "- 1@22222222",
    EDITED: "1@eeeeeeee 2@dddddddd",
    NEW: "1@ffffffff -",
    EQUAL: "1@99999999 1@88888888 =",
    STRANGE: "- 4@33333333",
  },
  unresolved: ["MOVED"],
};

describe("a plan made again of what was observed", () => {
  it("says what the engine would do, key by key", () => {
    const { keys, changes, counts } = replan(observed, KEYS, options(), UNMARKED);
    expect(keys).toEqual({
      SAME: "1@aaaaaaaa",
      MOVED: "2@bbbbbbbb",
      EDITED: "1@eeeeeeee",
      NEW: "1@ffffffff",
      EQUAL: "1@99999999",
    });
    expect(counts).toEqual({ create: 1, update: 2, delete: 2, import: 0, unchanged: 2, kept: 0 });
    expect(effectsOf(changes)).toEqual({
      STRANGE: "delete (destination has 4@33333333, not written by this sync)",
    });
  });

  it("follows the options of the new configuration", () => {
    const { keys, counts } = replan(observed, KEYS, options({ disableSecretDeletion: true }), UNMARKED);
    expect(keys).toMatchObject({ GONE: "1@cccccccc" });
    expect(counts.delete).toBe(0);
  });

  it.each([
    ["too-many-deletes", { maxDeletes: 1 }],
    ["unowned-keys", { unownedKeys: "fail" }],
    ["unresolved-references", { unresolvedReferences: "fail" }],
  ])("is refused for %s", (code, more) => {
    expect(() => replan(observed, KEYS, options(more), UNMARKED)).toThrow(expect.objectContaining({ code }));
  });
});
