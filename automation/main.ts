/** The command line: parses arguments, runs, prints, and answers the exit code. */
import { createRequire } from "node:module";
import { CommanderError } from "commander";
import { z } from "zod";
import { describeError } from "../provider/errors.ts";
import { cancelJsonSchema } from "./cancel/document.ts";
import { conclude } from "./conclude.ts";
import { requireConsent } from "./consent.ts";
import { doctorJsonSchema } from "./doctor/document.ts";
import { driftJsonSchema } from "./drift/document.ts";
import { EngineError } from "./engines/engine.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { jobsJsonSchema } from "./jobs/document.ts";
import { type Opened, openStack } from "./open-stack.ts";
import { type Outcome, operate } from "./operate.ts";
import { type CommandOptions, type DeclaringCommand, describeCommands, parseOptions } from "./options.ts";
import { policiesJsonSchema } from "./policies/schema.ts";
import { reportJsonSchema } from "./report/json.ts";
import type { Command } from "./report/operations.ts";
import { rollbackJsonSchema } from "./rollback/document.ts";
import { openSession } from "./session.ts";
import { statusJsonSchema } from "./status/document.ts";
import { syncsJsonSchema } from "./syncs-file.ts";
import { validationJsonSchema } from "./validate/document.ts";

/** Runs the command with its arguments (without `node` and the script). */
export async function main(argv: readonly string[]): Promise<number> {
  const { version }: { version: string } = createRequire(import.meta.url)("external-infisical/package.json");
  let exitCode: number = EXIT.done;
  const program = describeCommands(
    version,
    async (command, place, raw) => {
      exitCode = await runCommand(command, place, parseOptions(raw));
    },
    (which) => console.log(JSON.stringify(SCHEMAS[which](), null, 2)),
    async (command, place, raw) => {
      exitCode = await DECLARING[command](place, raw);
    },
    async (raw) => {
      // It brings a web framework, which no other command is to wait for.
      const { runDevServer } = await import("./dev-server/run.ts");
      exitCode = await runDevServer(raw);
    },
    async (command, place, raw) => {
      // It brings the client of the instances, which runs in Pulumi's processes otherwise.
      const { runJobs } = await import("./jobs/run.ts");
      exitCode = await runJobs(command, place, raw);
    },
    async (place, raw) => {
      const { runDrift } = await import("./drift/run.ts");
      exitCode = await runDrift(place, raw);
    },
    async (place, raw) => {
      const { runStatus } = await import("./status/run.ts");
      exitCode = await runStatus(place, raw);
    },
    async (place, raw) => {
      const { runDoctor } = await import("./doctor/run.ts");
      exitCode = await runDoctor(place, raw);
    },
    async (command, place, raw) => {
      const { runRollback } = await import("./rollback/run.ts");
      exitCode = await runRollback(command, place, raw);
    },
    async (place, raw) => {
      const { runCancel } = await import("./cancel/run.ts");
      exitCode = await runCancel(place, raw);
    },
  );
  program.exitOverride();
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.configuration;
    console.error(`error: ${error instanceof z.ZodError ? z.prettifyError(error) : describeError(error)}`);
    return error instanceof EngineError ? exitCodeOf(error) : EXIT.error;
  }
  return exitCode;
}

/** Commands that read or write declarations, loaded when they run. */
const DECLARING: Readonly<
  Record<DeclaringCommand, (place: string | undefined, raw: unknown) => Promise<number>>
> = {
  init: async (file, raw) => (await import("./init/run.ts")).runInit(file, raw),
  validate: async (place, raw) => (await import("./validate/run.ts")).runValidate(place, raw),
  adopt: async (file, raw) => (await import("./adopt/run.ts")).runAdopt(file, raw),
};

const SCHEMAS = {
  syncs: syncsJsonSchema,
  report: reportJsonSchema,
  jobs: jobsJsonSchema,
  drift: driftJsonSchema,
  status: statusJsonSchema,
  validate: validationJsonSchema,
  policies: policiesJsonSchema,
  doctor: doctorJsonSchema,
  rollback: rollbackJsonSchema,
  cancel: cancelJsonSchema,
};

async function runCommand(
  command: Command,
  place: string | undefined,
  options: CommandOptions,
): Promise<number> {
  using session = openSession(options);
  const opened: Opened = {};
  let outcome: Outcome;
  try {
    requireConsent(command, options.yes, session);
    const stack = await openStack(place, options, session, opened);
    const { policies = [] } = opened;
    outcome = await operate(command, { stack, options, session, policies });
  } catch (error) {
    outcome = { error };
  }
  return conclude(command, outcome, opened, options, session);
}
