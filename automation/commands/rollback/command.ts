/** The command lines of `rollback` and `resume`. What carries them out is loaded when it runs. */
import type { Command } from "commander";
import { syncOption } from "../repeatable.ts";

/** The commands that go back in a sync's history, and end the pause after that. */
export const ROLLBACK_COMMANDS = ["rollback", "resume"] as const;
export type RollbackCommand = (typeof ROLLBACK_COMMANDS)[number];

type RunRollback = (command: RollbackCommand, place: string | undefined, raw: unknown) => Promise<void>;

const HELP_ROLLBACK = `
The state of a stack remembers the last ten runs of each sync in execution "engine" that changed something. Without
--to they are listed. With --to the destination is put back to what it held right after that run: updated keys get
the earlier version that the instance still has, keys created since are deleted, and what cannot be put back is told
before you are asked. What somebody else has changed since stays as it is. The source is never touched.
A sync that was rolled back is paused: deployments push nothing until \`external-infisical resume\`, or until
\`triggers\` change. Needs an identity that may read and write at the destination.`;

const HELP_RESUME = `
Changes the stack's state only. The next \`up\` pushes again; its preview shows what.`;

/**
 * Adds the commands.
 *
 * @param describe makes a command that opens a stack and asks before it acts
 */
export function addRollbackCommands(
  describe: (name: RollbackCommand, description: string) => Command,
  run: RunRollback,
): void {
  const add = (name: RollbackCommand, description: string, all: string) =>
    describe(name, description)
      .addOption(syncOption(all))
      .action((place: string | undefined, raw: unknown) => run(name, place, raw));
  add("rollback", "Put destinations back to what an earlier run had left", "all that --to fits")
    .option(
      "--to <run>",
      "id of a run, or its first characters; or a time such as 2026-11-22T06:00:00Z, for all syncs",
    )
    .addHelpText("after", HELP_ROLLBACK);
  add("resume", "Let syncs that were rolled back be pushed again", "all that are paused").addHelpText(
    "after",
    HELP_RESUME,
  );
}
