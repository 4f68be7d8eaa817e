import type { DeclaredDocument } from "./document.ts";

/** What was written, and what to do with it. */
export const closingText = ({ files = [], variables = [], next = [] }: DeclaredDocument): string =>
  [
    `Wrote ${files.join(", ")}.`,
    "",
    `Export ${variables.join(", ")}, then:`,
    ...next.map((command) => `  ${command}`),
  ].join("\n");
