/** The command line: parses arguments, runs, and answers the exit code. */
import { createRequire } from "node:module";
import { CommanderError } from "commander";
import { describeError } from "../provider/errors.ts";
import { printable } from "../provider/printable.ts";
import { commandLine } from "./command-line.ts";
import { EngineError } from "./engines/engine.ts";
import { EXIT, exitCodeOf } from "./terminal/exit-codes.ts";

/** Runs the command with its arguments (without `node` and the script). */
export async function main(argv: readonly string[]): Promise<number> {
  const { version }: { version: string } = createRequire(import.meta.url)("external-infisical/package.json");
  let exitCode: number = EXIT.done;
  const program = commandLine(version, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.configuration;
    console.error(`error: ${printable(describeError(error))}`);
    return error instanceof EngineError ? exitCodeOf(error) : EXIT.error;
  }
  return exitCode;
}
