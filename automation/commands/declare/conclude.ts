/** How commands end that write a declaration. */
import { EXIT, type ExitCode } from "../../terminal/exit-codes.ts";
import { errorPart, exitCodeOfFailure, failureText } from "../../terminal/failures.ts";
import type { Session } from "../../terminal/session.ts";
import { closingText } from "./closing.ts";
import type { Declaration, Written } from "./declaration.ts";
import type { DeclaredDocument } from "./document.ts";

/** What a command has declared. */
export interface Declared extends Pick<DeclaredDocument, "omitted" | "firstRun"> {
  declaration: Pick<Declaration, "connections" | "syncs">;
  written: Written;
}

/**
 * Prints one document, or what was written and what to do with it.
 *
 * @returns the exit code
 */
export async function conclude(
  command: DeclaredDocument["command"],
  { json }: { json: boolean },
  session: Session,
  declare: () => Promise<Declared>,
): Promise<ExitCode> {
  const { redactor, print, note, paintNotes } = session;
  const tell = (document: Omit<DeclaredDocument, "version" | "command">) => {
    if (json) print(JSON.stringify(redactor.cleanAll({ version: 1, command, ...document }), null, 2));
  };
  try {
    const { declaration, written, ...rest } = await declare();
    const { variables, next } = written;
    const { connections, syncs } = declaration;
    tell({
      result: "succeeded",
      exitCode: EXIT.done,
      files: written.files.map(({ name }) => name),
      variables: [...variables],
      next: [...next],
      counts: { connections: connections.length, syncs: syncs.length },
      ...rest,
    });
    if (!json) print(redactor.clean(closingText(written)));
    return EXIT.done;
  } catch (failure) {
    const exitCode = exitCodeOfFailure(failure);
    const error = redactor.cleanAll(errorPart(failure));
    tell({ result: exitCode === EXIT.cancelled ? "cancelled" : "failed", exitCode, error });
    if (!json) note(failureText(error, paintNotes));
    return exitCode;
  }
}
