/** Runs `preview`, `up`, `refresh` and `destroy`. */
import type { Command } from "../../review/operations.ts";
import { type Opened, openStack } from "../../stack/open-stack.ts";
import { requireConsent } from "../../terminal/consent.ts";
import { openSession } from "../../terminal/session.ts";
import { prepareReports, printedOnly } from "../write-reports.ts";
import { conclude } from "./conclude.ts";
import { type Outcome, operate } from "./operate.ts";
import { parseDeployOptions } from "./options.ts";

const USES = { preview: "preview", up: "deploy", refresh: "change", destroy: "change" } as const;

/** @returns the exit code */
export async function runOperation(
  command: Command,
  place: string | undefined,
  raw: unknown,
): Promise<number> {
  const options = parseDeployOptions(raw);
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
