/** The words and signs by which operations are told, as Pulumi has them. */
import { lookUp } from "../../provider/look-up.ts";

/** What was asked for. */
export type Command = "preview" | "up" | "refresh" | "destroy";

export type Color = "green" | "yellow" | "red" | "magenta" | "cyan" | "gray";

interface Words {
  sign: string;
  color: Color;
  /** What a preview calls it; then what it is called while it runs, and when it is done. */
  planned: string;
  running: string;
  done: string;
}

const OPERATIONS: Readonly<Record<string, Words>> = {
  create: { sign: "+", color: "green", planned: "create", running: "creating", done: "created" },
  update: { sign: "~", color: "yellow", planned: "update", running: "updating", done: "updated" },
  delete: { sign: "-", color: "red", planned: "delete", running: "deleting", done: "deleted" },
  replace: { sign: "+-", color: "magenta", planned: "replace", running: "replacing", done: "replaced" },
  refresh: { sign: "~", color: "yellow", planned: "refresh", running: "refreshing", done: "refreshed" },
  read: { sign: ">", color: "cyan", planned: "read", running: "reading", done: "read" },
  import: { sign: "=", color: "cyan", planned: "import", running: "importing", done: "imported" },
  same: { sign: " ", color: "gray", planned: "unchanged", running: "checking", done: "unchanged" },
};

/** The words of an operation; those Pulumi invents later get its own name. */
export function wordsOf(operation: string): Words {
  return (
    lookUp(OPERATIONS, operation) ?? {
      sign: "*",
      color: "gray",
      planned: operation,
      running: operation,
      done: operation,
    }
  );
}

/** What a report calls an operation that has come so far. */
export function stateWords(operation: string, status: "planned" | "running" | "done" | "failed"): string {
  const { planned, running, done } = wordsOf(operation);
  switch (status) {
    case "planned":
      return planned;
    case "running":
      return `${running} not ended`;
    case "done":
      return done;
    case "failed":
      return `${running} failed`;
    default:
      return status satisfies never;
  }
}

/** The steps of a replacement are one operation to the reader. */
export function wholeOperation(step: string): string {
  if (step === "create-replacement" || step === "delete-replaced") return "replace";
  if (step === "read-replacement" || step === "discard-replaced") return "read";
  if (step === "import-replacement") return "import";
  return step === "discard" || step === "remove-pending-replace" ? "delete" : step;
}

/** How Pulumi announces an operation. */
export function headline(command: Command, stack: string): string {
  switch (command) {
    case "preview":
      return `Previewing update (${stack})`;
    case "up":
      return `Updating (${stack})`;
    case "refresh":
      return `Refreshing (${stack})`;
    case "destroy":
      return `Destroying (${stack})`;
    default:
      return command satisfies never;
  }
}
