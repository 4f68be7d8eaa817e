import { describe, expect, it } from "vitest";
import { UNMARKED } from "../../../engine/ownership/ownership.ts";
import { effectsOf } from "../../../engine/record/effects.ts";
import { syncOptions } from "../../../schema.ts";
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
    expect(effectsOf({ changes })).toEqual({
      STRANGE: "delete (destination has 4@33333333, not written by this sync)",
    });
  });

  it("follows the options of the new configuration", () => {
    const { keys, counts } = replan(observed, KEYS, options({ disableSecretDeletion: true }), UNMARKED);
    expect(keys).toMatchObject({ GONE: "1@cccccccc" });
    expect(counts.delete).toBe(0);
  });

  it("is refused where it would write what the destination rotates", () => {
    expect(() => replan({ ...observed, rotated: ["SAME"] }, KEYS, options(), UNMARKED)).not.toThrow();
    expect(() => replan({ ...observed, rotated: ["MOVED"] }, KEYS, options(), UNMARKED)).toThrow(
      /rotates MOVED/,
    );
  });

  describe("with marks", () => {
    const me = "me at https://here.example";
    const them = "them at https://there.example";
    const ownership = { mark: me, isOwn: (mark: string) => mark === me, spares: true };
    const marked = { ...observed, pairs: { STRANGE: "- 4@33333333" } };

    it("marks what is not marked, and nothing that is encrypted", () => {
      const look = { ...marked, mark: me, marks: { SAME: "", GONE: "" }, encrypted: ["GONE"] };
      expect(effectsOf(replan(look, KEYS, options(), ownership))).toEqual({
        SAME: "mark (not marked as this sync's)",
        STRANGE: expect.stringContaining("delete"),
      });
    });

    it("leaves another sync's keys alone, and is refused where it would have to write them", () => {
      const look = { ...marked, marks: { STRANGE: them } };
      const { kept, counts } = replan(look, KEYS, options(), { ...ownership, mark: undefined });
      expect(kept).toMatchObject([{ label: "STRANGE", owner: them }]);
      expect(counts.delete).toBe(0);
      expect(() => replan({ ...look, marks: { SAME: them } }, KEYS, options(), ownership)).toThrow(
        expect.objectContaining({ code: "owned-elsewhere" }),
      );
    });
  });

  it.each([
    ["too-many-deletes", { maxDeletes: 1 }],
    ["unowned-keys", { unownedKeys: "fail" }],
    ["unresolved-references", { unresolvedReferences: "fail" }],
  ])("is refused for %s", (code, more) => {
    expect(() => replan(observed, KEYS, options(more), UNMARKED)).toThrow(expect.objectContaining({ code }));
  });
});
