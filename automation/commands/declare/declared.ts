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
      ...(written.backend !== undefined && { backend: written.backend }),
    }),
    ...(declaration && {
      counts: { connections: declaration.connections.length, syncs: declaration.syncs.length },
    }),
    ...(omitted && { omitted }),
    ...(firstRun && { firstRun }),
  };
}

/** What was written, and what to do with it. */
export const closingText = ({ files = [], variables = [], next = [], backend }: DeclaredDocument): string =>
  [
    `Wrote ${files.join(", ")}.`,
    "",
    `Export ${variables.join(", ")}, then:`,
    ...next.map((command) => `  ${command}`),
    ...(variables.includes(PASSPHRASE) ? ["", backendText(backend)] : []),
  ].join("\n");

/** What stacks are encrypted with; Terraform has none. */
const PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE";

const backendText = (backend: string | undefined): string =>
  backend === undefined
    ? "Nothing says yet where the state of the stack is to be kept: export PULUMI_BACKEND_URL, too, such as file:///path/of/a/folder, or log in with `pulumi login`."
    : `The state of the stack is kept at ${backend}; PULUMI_BACKEND_URL names another place.`;
