/** The command line of `cancel`. */
import type { Command } from "commander";

const HELP = `
A process that was killed leaves its lock behind, and the next one is refused. This removes the locks, as
\`pulumi cancel\` does: it ends no process. One that still runs would go on, so look first who holds them.
The state stays as it is; the next \`up\` or \`refresh\` finds what was under way in it.`;

/** @param describe makes a command that opens a stack and asks before it acts */
export function addCancelCommand(
  describe: (name: string, description: string) => Command,
  run: (place: string | undefined, raw: unknown) => Promise<void>,
): void {
  describe("cancel", "Remove the locks that processes which are gone have left on the stack")
    .addHelpText("after", HELP)
    .action((place: string | undefined, raw: unknown) => run(place, raw));
}
