/** All commands, and the command line that they make. */
import { Command as Parser } from "commander";
import { adopt } from "./commands/adopt/command.ts";
import { cancel } from "./commands/cancel/command.ts";
import type { Command } from "./commands/command.ts";
import { destroy, preview, refresh, up } from "./commands/deploy/command.ts";
import { devServer } from "./commands/dev-server/command.ts";
import { doctor } from "./commands/doctor/command.ts";
import { drift } from "./commands/drift/command.ts";
import { init } from "./commands/init/command.ts";
import { parserOf } from "./commands/parser.ts";
import { resume, rollback } from "./commands/rollback/command.ts";
import { schema } from "./commands/schema/command.ts";
import { status } from "./commands/status/command.ts";
import { importing, remove, sync } from "./commands/sync-import-remove/command.ts";
import { validate } from "./commands/validate/command.ts";

/** In the order of the help. */
const COMMANDS: readonly Command[] = [
  ...[preview, up, refresh, destroy],
  ...[drift, status, doctor],
  ...[rollback, resume],
  ...[sync, importing, remove],
  cancel,
  ...[init, validate, adopt],
  ...[schema, devServer],
];

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
  for (const command of COMMANDS) {
    const parser = parserOf(command, async (place, raw) => onEnd(await command.run(place, raw)));
    program.addCommand(parser.exitOverride());
  }
  return program;
}
