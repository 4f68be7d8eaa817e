/** `rollback` and `resume` show what would be done, ask, act, and tell what came of it. */
import { canGoBackTo } from "../../../provider/engine/record/runs.ts";
import { pauseIn } from "../../../provider/resources/sync/inputs.ts";
import { syncPart } from "../../report/json.ts";
import { openStack } from "../../stack/open-stack.ts";
import { requireConsent } from "../../terminal/consent.ts";
import { errorPart, exitCodeOfResults } from "../../terminal/failures.ts";
import { notDone } from "../not-done.ts";
import type { Action } from "../runner.ts";
import { act, type RolledBack } from "./act.ts";
import type { RollbackDocument } from "./document.ts";
import type { RollbackCommand, RollbackOptions } from "./options.ts";
import type { SyncHistory } from "./request.ts";
import { reviewRollback } from "./review.ts";

export const going = (name: RollbackCommand): Action<RollbackOptions, RolledBack, RollbackDocument> => ({
  name,
  async act({ place, options, session, opened, shared }) {
    const changesNothing = name === "rollback" && options.to === undefined;
    requireConsent(name, options.yes || changesNothing, session);
    const stack = await openStack(place, options, session, opened, "change");
    return act(name, { stack, options, session, environment: process.env, shared });
  },
  exitCode: ({ results = [] }) => exitCodeOfResults(results),
  document: (found, envelope) => ({ ...envelope, ...partsOf(found) }),
  failure: (_found, document) => notDone(document, "the same command goes on"),
});

function partsOf({
  histories,
  results = [],
}: Partial<RolledBack>): Pick<RollbackDocument, "history" | "syncs"> {
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
