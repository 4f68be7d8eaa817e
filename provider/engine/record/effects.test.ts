import { describe, expect, test } from "vitest";
import type { Change } from "../plan.ts";
import {
  EFFECT_FORMS,
  type Effect,
  type EffectForm,
  effectsOf,
  formatEffect,
  parseEffect,
  pendingEffects,
  stickyEffects,
  textWithoutDestination,
} from "./effects.ts";

const [DESTINATION, OVER] = ["1@x", "4@9f2c41ab~01234567"];
const PARTS = ["comment", "tags"] as const;
const OLD = "delete (destination has 1@x, not written by this sync)";
const AGAIN = `${OLD} (again)`;

/** Every form with its text, without what the destination has, and what is read of it. */
const FORMS: Record<EffectForm, [text: string, brief: string, read: Omit<Effect, "text">]> = {
  missing: [
    "restore (missing at the destination)",
    "restore (missing at the destination)",
    { kind: "restore" },
  ],
  changed: ["restore (destination has 1@x)", "restore", { kind: "restore", destination: DESTINATION }],
  overwrite: [
    "overwrite (destination has 1@x, not written by this sync)",
    "overwrite (not written by this sync)",
    { kind: "overwrite", destination: DESTINATION },
  ],
  delete: [OLD, "delete (not written by this sync)", { kind: "delete", destination: DESTINATION }],
  import: [
    "import into the source (destination has 1@x)",
    "import into the source",
    { kind: "import", destination: DESTINATION },
  ],
  importOver: [
    "import into the source, over 4@9f2c41ab~01234567 (destination has 1@x)",
    "import into the source, over 4@9f2c41ab~01234567",
    { kind: "import", destination: DESTINATION, over: OVER },
  ],
  mark: ["mark (not marked as this sync's)", "mark (not marked as this sync's)", { kind: "mark" }],
  markRenamed: [
    "mark (marked under another name of this sync)",
    "mark (marked under another name of this sync)",
    { kind: "mark" },
  ],
  copy: ["update comment, tags", "update comment, tags", { kind: "copy", parts: PARTS }],
  copyOver: [
    "update comment, tags (overwrites tags)",
    "update comment, tags (overwrites tags)",
    { kind: "copy", parts: PARTS, overwritten: ["tags"] },
  ],
  copyForeign: [
    "overwrite tags (updates comment, tags, not written by this sync)",
    "overwrite tags (updates comment, tags, not written by this sync)",
    { kind: "overwrite", parts: PARTS, overwritten: ["tags"] },
  ],
  copyBeside: ["update with comment, tags", "update with comment, tags", { kind: "copy", parts: PARTS }],
  importParts: [
    "import comment, tags into the source, over 4@9f2c41ab~01234567 (destination has 1@x)",
    "import comment, tags into the source, over 4@9f2c41ab~01234567",
    { kind: "import", destination: DESTINATION, over: OVER, parts: PARTS },
  ],
  removeAdopted: [
    "delete (it was there before this sync)",
    "delete (it was there before this sync)",
    { kind: "delete" },
  ],
  removeForeign: [
    "delete (not written by this sync)",
    "delete (not written by this sync)",
    { kind: "delete" },
  ],
};

describe("an effect's text", () => {
  test.each(EFFECT_FORMS)("%s is read as it was written, and is one that states have already", (form) => {
    const [text, brief, read] = FORMS[form];
    const named = form.startsWith("copy") || form === "importParts" ? { parts: PARTS } : {};
    const all = { destination: DESTINATION, over: OVER, overwritten: ["tags"] as const, ...named };
    expect(formatEffect(form, all)).toBe(text);
    const effect = parseEffect(text);
    expect(effect).toEqual({ ...read, text });
    expect(textWithoutDestination(effect)).toBe(brief);
  });

  test.each(EFFECT_FORMS.filter((form) => !FORMS[form][2].parts))(
    "%s may tell of what comes with the value",
    (form) => {
      const text = formatEffect(form, { destination: DESTINATION, over: OVER, parts: PARTS });
      expect(text).toBe(`${FORMS[form][0]}; with comment, tags`);
      expect(parseEffect(text)).toEqual({ ...FORMS[form][2], parts: PARTS, text });
    },
  );

  test.each([
    "",
    "update nothing",
    "update comment, value",
    `${OLD}; with love`,
    "delete",
    "restore (x)",
    "melt (it is hot)",
    `${OLD}!`,
    `un${OLD}`,
    `${OLD} (again)`,
    "delete (destination has 1@x, of nobody)",
    "delete (destination has 1@x 2@x, not written by this sync)",
    "import into the source",
  ])("a text of another version is not guessed at, and stays as it is: %j", (text) => {
    expect(parseEffect(text)).toEqual({ kind: "unknown", text });
    expect(textWithoutDestination(parseEffect(text))).toBe(text);
  });

  test("each kind of change has one that is read, but for those that revisions tell whole", () => {
    const at = { key: "K", label: "K", value: undefined as never, revision: "1@s", destination: DESTINATION };
    const flags = [true, false].flatMap((isOwned) =>
      [true, false].map((isRestore) => ({ isOwned, isRestore })),
    );
    const changes = flags.flatMap((flag): Change[] => [
      { kind: "create", ...at, ...flag },
      { kind: "update", ...at, ...flag },
      { kind: "delete", ...at, ...flag },
      {
        ...{ kind: "import", ...at, isOfParts: false },
        ...{ over: flag.isOwned ? OVER : undefined, existsInSource: true },
      },
      { kind: "import", ...at, isOfParts: true, over: OVER, existsInSource: true, copies: COPIES },
      { kind: "update", ...at, isOwned: true, isRestore: false, copies: COPIES },
      ...[[], ["tags"] as const].map((overwritten): Change => {
        return { kind: "copy", ...at, ...flag, parts: {}, copies: { parts: PARTS, overwritten } };
      }),
      { kind: "mark", ...at, parts: {}, isRenamed: flag.isOwned },
    ]);
    const texts = changes.map((change) => effectsOf({ changes: [change] })["K"]);
    for (const [index, text] of texts.entries()) {
      const { kind } = changes[index] as Change;
      if (text === undefined) expect(["create", "update", "delete"]).toContain(kind);
      else expect(KINDS[kind]).toContain(parseEffect(text).kind);
    }
    const written = new Set(texts.filter((text) => text !== undefined));
    const ofPlans = EFFECT_FORMS.filter((form) => !form.startsWith("remove"));
    expect([...written].sort()).toEqual(ofPlans.map((form) => FORMS[form][0]).sort());
  });
});

const COPIES = { parts: PARTS, overwritten: [] };

const KINDS: Record<Change["kind"], Effect["kind"][]> = {
  create: ["restore"],
  update: ["overwrite", "restore", "copy"],
  copy: ["copy", "overwrite"],
  delete: ["delete"],
  import: ["import"],
  mark: ["mark"],
};

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
