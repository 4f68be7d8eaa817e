/** The command line of `status`. */
import type { Command } from "commander";
import { syncOption } from "../repeatable.ts";

/** @param describe makes a command that opens a stack */
export function addStatusCommand(
  describe: (name: string, description: string) => Command,
  run: (place: string | undefined, raw: unknown) => Promise<void>,
): void {
  describe("status", "Show all syncs of the stack: last run, result, keys and drift")
    .addOption(syncOption("all"))
    .option("--offline", "what the state has, and nothing else: no instance is asked")
    .action((place: string | undefined, raw: unknown) => run(place, raw));
}
