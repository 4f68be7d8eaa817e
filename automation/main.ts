/** The command line: parses arguments, runs, prints, and answers the exit code. */
import { createRequire } from "node:module";
import { CommanderError } from "commander";
import { z } from "zod";
import { describeError } from "../provider/errors.ts";
import { printable } from "../provider/printable.ts";
import { conclude } from "./commands/deploy/conclude.ts";
import { type Outcome, operate } from "./commands/deploy/operate.ts";
import type { JobCommand } from "./commands/jobs/command.ts";
import { type CommandName, type CommandOptions, describeCommands, parseOptions } from "./commands/options.ts";
import type { RollbackCommand } from "./commands/rollback/command.ts";
import { prepareReports, printedOnly } from "./commands/write-reports.ts";
import { EngineError } from "./engines/engine.ts";
import type { Command } from "./review/operations.ts";
import { type Opened, openStack } from "./stack/open-stack.ts";
import { requireConsent } from "./terminal/consent.ts";
import { EXIT, exitCodeOf } from "./terminal/exit-codes.ts";
import { openSession } from "./terminal/session.ts";

/** Runs the command with its arguments (without `node` and the script). */
export async function main(argv: readonly string[]): Promise<number> {
  const { version }: { version: string } = createRequire(import.meta.url)("external-infisical/package.json");
  let exitCode: number = EXIT.done;
  const program = describeCommands(version, async (command, place, raw) => {
    exitCode = await COMMANDS[command](place, raw);
  });
  program.exitOverride();
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.configuration;
    const told = error instanceof z.ZodError ? z.prettifyError(error) : describeError(error);
    console.error(`error: ${printable(told)}`);
    return error instanceof EngineError ? exitCodeOf(error) : EXIT.error;
  }
  return exitCode;
}

const operation = (command: Command) => (place: string | undefined, raw: unknown) =>
  runCommand(command, place, parseOptions(raw));
const jobs = (command: JobCommand) => async (place: string | undefined, raw: unknown) =>
  (await import("./commands/jobs/run.ts")).runJobs(command, place, raw);
const rollback = (command: RollbackCommand) => async (place: string | undefined, raw: unknown) =>
  (await import("./commands/rollback/run.ts")).runRollback(command, place, raw);

/** What each command runs; loaded then, so that none waits for what another one needs. */
const COMMANDS: Readonly<Record<CommandName, (place: string | undefined, raw: unknown) => Promise<number>>> =
  {
    preview: operation("preview"),
    up: operation("up"),
    refresh: operation("refresh"),
    destroy: operation("destroy"),
    sync: jobs("sync"),
    import: jobs("import"),
    remove: jobs("remove"),
    rollback: rollback("rollback"),
    resume: rollback("resume"),
    drift: async (place, raw) => (await import("./commands/drift/run.ts")).runDrift(place, raw),
    status: async (place, raw) => (await import("./commands/status/run.ts")).runStatus(place, raw),
    doctor: async (place, raw) => (await import("./commands/doctor/run.ts")).runDoctor(place, raw),
    cancel: async (place, raw) => (await import("./commands/cancel/run.ts")).runCancel(place, raw),
    init: async (file, raw) => (await import("./commands/init/run.ts")).runInit(file, raw),
    validate: async (place, raw) => (await import("./commands/validate/run.ts")).runValidate(place, raw),
    adopt: async (file, raw) => (await import("./commands/adopt/run.ts")).runAdopt(file, raw),
    "dev-server": async (_place, raw) => (await import("./commands/dev-server/run.ts")).runDevServer(raw),
  };

const USES = { preview: "preview", up: "deploy", refresh: "change", destroy: "change" } as const;

async function runCommand(
  command: Command,
  place: string | undefined,
  options: CommandOptions,
): Promise<number> {
  using session = openSession(options);
  const opened: Opened = {};
  let outcome: Outcome;
  try {
    await prepareReports(options.report, options.cwd ?? process.cwd());
  } catch (error) {
    return conclude(command, { error }, opened, printedOnly(options), session);
  }
  try {
    requireConsent(command, options.yes, session);
    const stack = await openStack(place, options, session, opened, USES[command]);
    const { policies = [] } = opened;
    outcome = await operate(command, { stack, options, session, policies });
  } catch (error) {
    outcome = { error };
  }
  return conclude(command, outcome, opened, options, session);
}
