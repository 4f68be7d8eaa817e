/** What a command is on the command line. What it takes and does is loaded when it is named, so that none waits for what another needs. */
import type { z } from "zod";
import type { Action, AnyDocument, RunOptions } from "./runner.ts";

export interface Command {
  name: string;
  /** One line for the list of commands. */
  description: string;
  /** What its one argument may be; absent for a command without one. */
  place?: string;
  /** The flags: each field has its text and its value beside it, see options.ts. */
  options(): Promise<z.ZodObject>;
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

/** A command whose action the runner runs. @param load what it does */
export const actionCommand = <Options extends RunOptions, Acted, Document extends AnyDocument>(
  command: Omit<Command, "run">,
  load: () => Promise<Action<Options, Acted, Document>>,
): Command => ({
  ...command,
  async run(place, raw) {
    const [{ runCommand }, action] = await Promise.all([import("./runner.ts"), load()]);
    return runCommand(action, place, raw);
  },
});

/** What commands that open a stack take as their argument. */
const STACK_PLACE = "a folder with Pulumi.yaml or syncs.yaml, or a syncs.yaml (default: this folder)";

/** And those that write a declaration. */
export const DECLARED_PLACE =
  "the file to write, a folder for other formats (default: syncs.yaml, or this folder)";

/** A command on a stack. */
export const stackCommand = <Options extends RunOptions, Acted, Document extends AnyDocument>(
  command: Omit<Command, "place" | "run">,
  load: () => Promise<Action<Options, Acted, Document>>,
): Command => actionCommand({ ...command, place: STACK_PLACE }, load);
