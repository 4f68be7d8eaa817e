/** What commands come to that write a declaration. */
import type { Envelope } from "../runner.ts";
import type { Declaration, Written } from "./declaration.ts";
import type { DeclaredDocument } from "./document.ts";

/** What a command has declared. */
export interface Declared extends Pick<DeclaredDocument, "omitted" | "firstRun"> {
  declaration: Pick<Declaration, "connections" | "syncs">;
  written: Written;
}

export function documentOf(
  { declaration, written, omitted, firstRun }: Partial<Declared>,
  envelope: Envelope<DeclaredDocument>,
): DeclaredDocument {
  return {
    ...envelope,
    ...(written && {
      files: written.files.map(({ name }) => name),
      variables: [...written.variables],
      next: [...written.next],
    }),
    ...(declaration && {
      counts: { connections: declaration.connections.length, syncs: declaration.syncs.length },
    }),
    ...(omitted && { omitted }),
    ...(firstRun && { firstRun }),
  };
}

/** What was written, and what to do with it. */
export const closingText = ({ files = [], variables = [], next = [] }: DeclaredDocument): string =>
  [
    `Wrote ${files.join(", ")}.`,
    "",
    `Export ${variables.join(", ")}, then:`,
    ...next.map((command) => `  ${command}`),
  ].join("\n");
