/** The command line: all commands, their arguments, and the exit code. */
import { createRequire } from "node:module";
import { CommanderError, type Command as Parser } from "commander";
import { describeError } from "../provider/errors.ts";
import { printable } from "../provider/printable.ts";
import { commands as adoptCommands } from "./commands/adopt/command.ts";
import { commands as cancelCommands } from "./commands/cancel/command.ts";
import type { Command, CommandGroup } from "./commands/command.ts";
import { commands as deployCommands } from "./commands/deploy/command.ts";
import { commands as devServerCommands } from "./commands/dev-server/command.ts";
import { commands as doctorCommands } from "./commands/doctor/command.ts";
import { commands as driftCommands } from "./commands/drift/command.ts";
import { group as fleetCommands } from "./commands/fleet/command.ts";
import { commands as initCommands } from "./commands/init/command.ts";
import { addCommand, parserOfCommands } from "./commands/parser.ts";
import { commands as rollbackCommands } from "./commands/rollback/command.ts";
import { schemaCommand } from "./commands/schema/command.ts";
import { commands as statusCommands } from "./commands/status/command.ts";
import { commands as syncCommands } from "./commands/sync-import-remove/command.ts";
import { group as terraformCommands } from "./commands/terraform/command.ts";
import { commands as validateCommands } from "./commands/validate/command.ts";
import { EngineError } from "./engines/engine.ts";
import { EXIT, exitCodeOf } from "./terminal/exit-codes.ts";

/** In the order of the help. A new command is a folder, and its name here. */
const COMMANDS: readonly Command[] = [
  ...deployCommands,
  ...driftCommands,
  ...statusCommands,
  ...doctorCommands,
  ...rollbackCommands,
  ...syncCommands,
  ...cancelCommands,
  ...initCommands,
  ...validateCommands,
  ...adoptCommands,
  ...devServerCommands,
];

const GROUPS: readonly CommandGroup[] = [fleetCommands, terraformCommands];

const HELP_HOSTS = `
Hosts: with --allow-host (or EXTERNAL_INFISICAL_ALLOWED_HOSTS, comma-separated) nothing is sent to any other host.
A syncs.yaml is checked as a whole before any login; in a folder with a Pulumi.yaml each resource checks the hosts
that it is to talk to. A bare name means https: write http://name where plain http is meant.`;

const HELP_EXIT = `
Exit codes: 0 done, 1 error, 2 configuration, 3 authentication, 4 a resource or sync failed, 5 policy,
7 unexpected changes, 8 cancelled, 9 timeout, 10 a plan of a fleet waits for approval.
With --detailed-exitcode: 0 nothing to change, 1 error, 2 changes.`;

/** @param run is called with the command that was named, its argument and the flags as they were written */
export function commandLine(
  version: string,
  run: (command: Command, place: string | undefined, raw: unknown) => Promise<void>,
): Parser {
  const add = (parent: Parser, command: Command) =>
    addCommand(parent, command, (place, raw) => run(command, place, raw));
  const documented = [...COMMANDS, ...GROUPS.flatMap(({ commands }) => commands)];
  const program = parserOfCommands("external-infisical", (parent) => {
    for (const command of [...COMMANDS, schemaCommand(documented)]) add(parent, command);
    for (const { name, description, commands } of GROUPS) {
      const group = parserOfCommands(name, (parser) => {
        for (const command of commands) add(parser, command);
      });
      parent.addCommand(group.description(description));
    }
  });
  return program
    .description(
      "Declares which secrets of an Infisical instance are kept at other ones, and keeps them there.",
    )
    .version(version, "-v, --version")
    .addHelpText("after", HELP_HOSTS + HELP_EXIT);
}

/**
 * Runs the command with its arguments (without `node` and the script).
 *
 * @param onRun is called when they are read, and what the command does is not loaded yet
 */
export async function main(argv: readonly string[], onRun = () => {}): Promise<number> {
  const { version }: { version: string } = createRequire(import.meta.url)("external-infisical/package.json");
  let exitCode: number = EXIT.done;
  const program = commandLine(version, async (command, place, raw) => {
    onRun();
    exitCode = await command.run(place, raw);
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
