/** All commands, and the command line that they make. */
import { Command as Parser } from "commander";
import type { Command } from "./commands/command.ts";
import { parserOf } from "./commands/parser.ts";
import { schemaCommand } from "./commands/schema/command.ts";

/** In the order of the help. A new command is a folder, and a line here. */
const MODULES = await Promise.all([
  import("./commands/deploy/command.ts"),
  import("./commands/drift/command.ts"),
  import("./commands/status/command.ts"),
  import("./commands/doctor/command.ts"),
  import("./commands/rollback/command.ts"),
  import("./commands/sync-import-remove/command.ts"),
  import("./commands/cancel/command.ts"),
  import("./commands/init/command.ts"),
  import("./commands/validate/command.ts"),
  import("./commands/adopt/command.ts"),
  import("./commands/dev-server/command.ts"),
]);
const COMMANDS = MODULES.flatMap(({ commands }): readonly Command[] => commands);

const HELP_HOSTS = `
Hosts: with --allow-host (or EXTERNAL_INFISICAL_ALLOWED_HOSTS, comma-separated) nothing is sent to any other host.
A syncs.yaml is checked as a whole before any login; in a folder with a Pulumi.yaml each resource checks the hosts
that it is to talk to. A bare name means https: write http://name where plain http is meant.`;

const HELP_EXIT = `
Exit codes: 0 done, 1 error, 2 configuration, 3 authentication, 4 a resource or sync failed, 5 policy,
7 unexpected changes, 8 cancelled, 9 timeout. With --detailed-exitcode: 0 nothing to change, 1 error, 2 changes.`;

/** @param onEnd is told the exit code of the command that ran */
export function commandLine(version: string, onEnd: (exitCode: number) => void): Parser {
  const program = new Parser("external-infisical")
    .description(
      "Declares which secrets of an Infisical instance are kept at other ones, and keeps them there.",
    )
    .version(version, "-v, --version")
    .addHelpText("after", HELP_HOSTS + HELP_EXIT)
    .exitOverride();
  for (const command of [...COMMANDS, schemaCommand(COMMANDS)]) {
    const parser = parserOf(command, async (place, raw) => onEnd(await command.run(place, raw)));
    program.addCommand(parser.exitOverride());
  }
  return program;
}
