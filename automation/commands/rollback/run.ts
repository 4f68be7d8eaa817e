/** Runs `rollback` and `resume`: opens the stack, shows what would be done, asks, acts, reports. */
import { canGoBackTo } from "../../../provider/engine/record/runs.ts";
import { pauseIn } from "../../../provider/resources/sync/inputs.ts";
import { syncPart } from "../../report/json.ts";
import { openStack } from "../../stack/open-stack.ts";
import { requireConsent } from "../../terminal/consent.ts";
import type { ExitCode } from "../../terminal/exit-codes.ts";
import { errorPart } from "../../terminal/failures.ts";
import { type CommonPart, runOnSyncs } from "../run-on-syncs.ts";
import { act, type RolledBack } from "./act.ts";
import type { RollbackDocument } from "./document.ts";
import { type RollbackCommand, rollbackOptions } from "./options.ts";
import type { SyncHistory } from "./request.ts";
import { reviewRollback } from "./review.ts";

/** @returns the exit code */
export async function runRollback(
  command: RollbackCommand,
  place: string | undefined,
  raw: unknown,
): Promise<ExitCode> {
  const options = rollbackOptions.parse(raw);
  return runOnSyncs({
    command,
    options,
    async act(session, opened, shared) {
      const changesNothing = command === "rollback" && options.to === undefined;
      requireConsent(command, options.yes || changesNothing, session);
      const stack = await openStack(place, options, session, opened, "change");
      return act(command, { stack, options, session, environment: process.env, shared });
    },
    documentOf,
    afterStop: "the same command goes on",
  });
}

function documentOf({ histories, results = [] }: Partial<RolledBack>): Omit<RollbackDocument, CommonPart> {
  return {
    ...(histories && { history: histories.map(historyPart) }),
    syncs: results.map(({ sync, run, prepared, result, jobId, error }) => ({
      ...{ urn: sync.urn, resource: sync.resource, name: sync.name, result },
      ...(run && { to: run.id }),
      ...(jobId !== undefined && { jobId }),
      ...(prepared && {
        plan: syncPart(reviewRollback(sync, prepared), { operation: "update", command: "preview" }),
        left: prepared.left.map(({ label, why }) => ({ key: label, why })),
      }),
      ...(error !== undefined && { error: errorPart(error) }),
    })),
  };
}

function historyPart({ sync, runs }: SyncHistory): NonNullable<RollbackDocument["history"]>[number] {
  const { urn, resource, name } = sync;
  const paused = pauseIn(sync.outputs);
  return {
    ...{ urn, resource, name },
    ...(paused && { paused }),
    runs: runs.map(({ changes: _, isPartial = false, rollbackTo, ...run }) => ({
      ...run,
      isPartial,
      ...(rollbackTo !== undefined && { rollbackTo }),
      canGoBackTo: canGoBackTo(runs, run.id),
    })),
  };
}
