/** The words and signs by which the actions on keys are told. */
import type { KeyAction } from "./key-entries.ts";
import { type Color, type Command, wordsOf } from "./operations.ts";
import type { Outcome } from "./sync-review.ts";

/** Something is planned, has been done, or was found done by others. */
type Tense = "plan" | "done" | "drift";

export const tenseOf = ({ isPreview, command }: { isPreview: boolean; command: Command | "drift" }): Tense =>
  isPreview ? "plan" : command === "refresh" ? "drift" : "done";

/** What follows a number of keys. */
export const TALLY_WORDS: Readonly<Record<Tense, Readonly<Record<KeyAction, string>>>> = {
  plan: {
    create: "to create",
    update: "to update",
    delete: "to delete",
    import: "to import into the source",
  },
  done: { create: "created", update: "updated", delete: "deleted", import: "imported into the source" },
  drift: { create: "appeared", update: "changed", delete: "disappeared", import: "imported" },
};

/** What became of a key, where its sync has failed. */
type KeyOutcome = "done" | "not done" | "not known";

export function outcomeOf(
  { isDone }: { isDone?: boolean | undefined },
  { outcome }: { outcome?: Outcome | undefined },
): KeyOutcome | undefined {
  switch (outcome) {
    case undefined:
      return undefined;
    case "unknown":
      return "not known";
    case "none":
      return "not done";
    case "half-way":
      return isDone === true ? "done" : "not done";
    default:
      return outcome satisfies never;
  }
}

/** What is told of a sync that has failed without a record of what it did. */
export const UNKNOWN_OUTCOME =
  "Not known what was done: it left no record of what it wrote, so these are the keys as planned. `external-infisical drift` looks.";

/** What is told of a sync instead of its keys. */
export const SKIPPED_TEXT = "skipped: the destination is unreachable";

/** An import goes the other way. */
export const wordsOfAction = (action: KeyAction): { sign: string; color: Color } =>
  action === "import" ? { sign: "<", color: "cyan" } : wordsOf(action);
