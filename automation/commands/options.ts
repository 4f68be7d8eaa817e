/** The command line's options, described once. */
import { Command, Option } from "commander";
import { z } from "zod";
import { EngineError } from "../engines/engine.ts";
import type { Command as Operation } from "../review/operations.ts";
import { addAdoptCommand } from "./adopt/command.ts";
import { addCancelCommand } from "./cancel/command.ts";
import { addDevServerCommand } from "./dev-server/command.ts";
import { addDoctorCommand } from "./doctor/command.ts";
import { addDriftCommand } from "./drift/command.ts";
import { durationMs } from "./duration.ts";
import { addInitCommand } from "./init/command.ts";
import { addJobCommands, type JobCommand } from "./jobs/command.ts";
import { collect, policiesOption } from "./repeatable.ts";
import { addRollbackCommands, type RollbackCommand } from "./rollback/command.ts";
import { SCHEMA_NAMES, SCHEMAS, type SchemaName } from "./schemas.ts";
import { addStatusCommand } from "./status/command.ts";
import { addReport, reportTarget, STDOUT } from "./targets.ts";
import { addValidateCommand } from "./validate/command.ts";

export const optionsSchema = z.object({
  cwd: z.string().optional(),
  file: z.string().optional(),
  stack: z.string().min(1).optional(),
  engine: z.enum(["auto", "pulumi", "local"]).default("auto"),
  installCli: z.boolean().default(false),
  yes: z.boolean().default(false),
  skipPreview: z.boolean().default(false),
  diff: z.boolean().default(false),
  /** Nothing but one document goes to stdout. */
  json: z.boolean().default(false),
  report: z.array(reportTarget).default([]),
  refresh: z.boolean().default(false),
  expectNoChanges: z.boolean().default(false),
  detailedExitcode: z.boolean().default(false),
  config: z.array(z.string()).default([]),
  secretConfig: z.array(z.string()).default([]),
  allowHost: z.array(z.string()).default([]),
  message: z.string().optional(),
  quiet: z.boolean().default(false),
  timeout: durationMs.refine((ms) => ms > 0, "must be longer than nothing").optional(),
  color: z.enum(["auto", "always", "never"]).default("auto"),
  out: z.string().min(1).optional(),
  plan: z.string().min(1).optional(),
  planMaxAge: durationMs.default(24 * 3_600_000),
  policies: z.array(z.string()).default([]),
  policyPack: z.array(z.string()).default([]),
});
export type CommandOptions = z.output<typeof optionsSchema>;

/** @throws EngineError `invalid-config` */
export function parseOptions(raw: unknown): CommandOptions {
  const options = optionsSchema.parse(raw);
  const report = [...options.report, ...(options.json ? [{ format: "json" as const, file: STDOUT }] : [])];
  const printed = report.filter(({ file }) => file === STDOUT);
  if (printed.length > 1)
    throw new EngineError("invalid-config", "Only one report can go to stdout (--json and --report …=-).", {
      hint: "Write the others to files.",
    });
  return { ...options, report, json: printed.length > 0 };
}

const HELP_HOSTS = `
Hosts: with --allow-host (or EXTERNAL_INFISICAL_ALLOWED_HOSTS, comma-separated) nothing is sent to any other host.
A syncs.yaml is checked as a whole before any login; in a folder with a Pulumi.yaml each resource checks the hosts
that it is to talk to. A bare name means https: write http://name where plain http is meant.`;

const HELP_EXIT = `
Exit codes: 0 done, 1 error, 2 configuration, 3 authentication, 4 a resource or sync failed, 5 policy,
7 unexpected changes, 8 cancelled, 9 timeout. With --detailed-exitcode: 0 nothing to change, 1 error, 2 changes.`;

/** The commands that something runs for. */
export type CommandName =
  | Operation
  | JobCommand
  | RollbackCommand
  | ("drift" | "status" | "doctor" | "cancel")
  | ("init" | "validate" | "adopt")
  | "dev-server";

/** Describes the command line; `run` is called with the command's name, its argument and its raw options. */
export function describeCommands(
  version: string,
  run: (command: CommandName, place: string | undefined, raw: unknown) => Promise<void>,
): Command {
  const running = (command: CommandName) => (place: string | undefined, raw: unknown) =>
    run(command, place, raw);
  const program = new Command("external-infisical")
    .description(
      "Declares which secrets of an Infisical instance are kept at other ones, and keeps them there.",
    )
    .version(version, "-v, --version")
    .addHelpText("after", HELP_HOSTS + HELP_EXIT);

  const preview = stackCommand(program, "preview", "Show what an update would do, key by key")
    .option("--refresh", "read the state of the resources first")
    .option("--expect-no-changes", "fail if there are any changes")
    .option("--out <file>", "write a signed plan file, for up --plan")
    .addOption(policyPack());
  const up = asking(
    stackCommand(program, "up", "Make it so: create, update and delete what the preview shows"),
  )
    .option("--refresh", "read the state of the resources first")
    .option("--expect-no-changes", "fail if there are any changes")
    .option("--plan <file>", "do what this plan file of preview --out says, and nothing else")
    .option("--plan-max-age <duration>", "the oldest plan file that is taken: 10m, 24h, 7d (default: 24h)")
    .addOption(policyPack());
  const refresh = asking(
    stackCommand(program, "refresh", "Read what is at the destinations into the state"),
    false,
  ).option("--expect-no-changes", "fail if something has changed");
  const destroy = asking(stackCommand(program, "destroy", "Delete all resources of the stack")).option(
    "--refresh",
    "read the state of the resources first",
  );
  for (const [name, command] of Object.entries({ preview, up, refresh, destroy }))
    command.action(running(name as Operation));
  const looking = (name: string, description: string) => placeCommand(program, name, description);
  const acting = (name: string, description: string) => asking(looking(name, description), false);
  addDriftCommand(acting, running("drift"));
  addStatusCommand(looking, running("status"));
  addDoctorCommand(looking, running("doctor"));
  addRollbackCommands(acting, run);
  addJobCommands(acting, run);
  addCancelCommand(acting, running("cancel"));
  addInitCommand(program, running("init"));
  addValidateCommand(program, running("validate"));
  addAdoptCommand(program, running("adopt"));
  program
    .command("schema")
    .description(
      "Print a JSON Schema: of syncs.yaml or policies, for editors, or of the documents that --json prints",
    )
    .addOption(
      new Option(
        "--of <what>",
        "which one; jobs is of sync, import and remove, rollback also of resume, init also of adopt",
      )
        .choices(SCHEMA_NAMES)
        .default("syncs"),
    )
    .action(async ({ of }: { of: SchemaName }) => console.log(JSON.stringify(await SCHEMAS[of](), null, 2)));
  addDevServerCommand(program, (raw) => run("dev-server", undefined, raw));
  return program;
}

function stackCommand(program: Command, name: string, description: string): Command {
  return placeCommand(program, name, description)
    .option("-m, --message <text>", "what the operation is for, kept in the stack's history")
    .addOption(policiesOption())
    .option(
      "--report <format=file>",
      "write a report: markdown, json or html; a file of - is stdout; repeatable",
      addReport,
    )
    .option("--detailed-exitcode", "exit with 2 if there are changes, as Terraform does");
}

/** A command that opens a stack. */
function placeCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument("[place]", "a folder with Pulumi.yaml or syncs.yaml, or a syncs.yaml (default: this folder)")
    .option("-C, --cwd <folder>", "work as if started there")
    .option("-f, --file <file>", "a syncs.yaml")
    .option(
      "-s, --stack <name>",
      "the stack; up makes one that is missing (default: the selected one, else dev)",
    )
    .addOption(
      new Option("--engine <engine>", "auto takes the Pulumi CLI if there is one, else the local engine")
        .choices(["auto", "pulumi", "local"])
        .default("auto"),
    )
    .option("--install-cli", "download the Pulumi CLI if there is none")
    .option("-c, --config <key=value>", "set configuration of the stack, kept by up; repeatable", collect)
    .option(
      "--secret-config <key=value>",
      "the same, encrypted; key alone takes the value from the environment variable of that name",
      collect,
    )
    .option("--allow-host <host>", "talk to no other hosts; repeatable, see below", collect)
    .option("--diff", "show all keys, however many")
    .option("--json", "print one JSON document and nothing else")
    .option("-q, --quiet", "no progress and no notes: only results, warnings and errors")
    .option("--timeout <duration>", "stop after this long, as Ctrl-C does: 90s, 10m, 1h (default: no limit)")
    .addOption(new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default("auto"));
}

/** Policies of Pulumi's own kind. */
const policyPack = () =>
  new Option(
    "--policy-pack <folder>",
    "check with a Pulumi policy pack (Pulumi CLI only); repeatable",
  ).argParser(collect);

function asking(command: Command, canPreview = true): Command {
  command.option("-y, --yes", "do not ask");
  return canPreview ? command.option("--skip-preview", "do not preview first") : command;
}
