/** What this process prints and writes: no secret in the texts of others, and no names that act on a terminal or log. */
import { oneLine, printable } from "../../provider/printable.ts";
import { createRedactor, type Redactor } from "../../provider/redaction/redactor.ts";

/** Makes texts and whole documents fit to be printed. */
export interface DocumentRedactor extends Pick<Redactor, "add"> {
  /** A text without known secrets, control characters and commands to a log. */
  clean(text: string): string;
  /** Plain data with its texts cleaned. All else is structure and stays what it is, also where it is spelt like a secret. */
  cleanAll<Value>(value: Value): Value;
}

/**
 * What others say, in all documents. Names, operations, places and revisions are none of it: a passphrase that is a word
 * would make nonsense of them, and of all that is counted by them.
 */
const TEXTS: ReadonlySet<string> = new Set([
  "message",
  "hint",
  "text",
  "remedy",
  "warnings",
  "notes",
  "reason",
  "description",
  "lastSyncMessage",
  "lastImportMessage",
  "lastRemoveMessage",
]);

export function createDocumentRedactor(): DocumentRedactor {
  const redactor = createRedactor();
  const clean = (text: string) => printable(redactor.clean(text));
  const cleanAny = (value: unknown, of: (text: string) => string): unknown => {
    if (typeof value === "string") return of(value);
    if (Array.isArray(value)) return value.map((each) => cleanAny(each, of));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        oneLine(name),
        cleanAny(inner, TEXTS.has(name) ? clean : of),
      ]),
    );
  };
  return {
    add: redactor.add,
    clean,
    cleanAll: <Value>(value: Value) => cleanAny(value, oneLine) as Value,
  };
}
