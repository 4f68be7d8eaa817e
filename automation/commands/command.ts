/** What a command is on the command line. What it does is loaded when it runs, so that none waits for what another needs. */
import type { z } from "zod";
import { STACK_PLACE } from "./options.ts";
import { type Action, type AnyDocument, type RunOptions, runCommand } from "./runner.ts";

export interface Command {
  name: string;
  /** One line for the list of commands. */
  description: string;
  /** What its one argument may be; absent for a command without one. */
  place?: string;
  /** The flags: each field has its text and its value beside it, see options.ts. */
  options: z.ZodObject;
  /** The document that `--json` prints: what `schema --of` calls it, and its form. */
  document?: { name: string; schema(): Promise<z.ZodType> };
  /** What stands below the flags. */
  help?: string;
  /**
   * @param raw the flags as they were written
   * @returns the exit code
   */
  run(place: string | undefined, raw: unknown): Promise<number>;
}

/** Commands that are named by two words, the first of which is theirs together. */
export interface CommandGroup {
  name: string;
  description: string;
  commands: readonly Command[];
}

/** A command on a stack. @param load what it does */
export const stackCommand = <Options extends RunOptions, Acted, Document extends AnyDocument>(
  command: Omit<Command, "place" | "run">,
  load: () => Promise<Action<Options, Acted, Document>>,
): Command => ({
  ...command,
  place: STACK_PLACE,
  run: async (place, raw) => runCommand(await load(), place, raw),
});
