/** One run of one sync, from its job to the record of how it ended. */
import { describeError, hasCode } from "../../../provider/errors.ts";
import { PartialRunError } from "../../../provider/resources/index.ts";
import { isEqual } from "../../../provider/resources/properties.ts";
import type { Policies } from "../../policies/schema.ts";
import type { FleetSettings } from "../../syncs/fleet-settings.ts";
import type { Database, Queries } from "../database/database.ts";
import { readersOf } from "../declarations/chains.ts";
import type { Clock } from "../lease/clock.ts";
import { LeaseLost, type Leases } from "../lease/leases.ts";
import { type Held, takeTogether } from "../lease/together.ts";
import type { Job, Queue } from "../queue/queue.ts";
import { addHistory } from "../rows/history.ts";
import { forget, isStillApproved, parkedOf } from "../rows/parked.ts";
import { readProject } from "../rows/projects.ts";
import { reasonWords } from "../rows/reason-words.ts";
import type { SyncRow } from "../rows/rows.ts";
import { isPaused, type ReadSync, readSync } from "../rows/syncs.ts";
import { retryAt, verdictOf } from "./decide.ts";
import { approvalIn, changed, type End, failed, putDown, putDownPlan, unchanged } from "./end.ts";
import { type Looked, look } from "./look.ts";
import { type Written, writtenBy } from "./places.ts";
import { intentOf } from "./recovery.ts";
import type { WorkerShared } from "./shared-looks.ts";

export interface RunOptions {
  database: Database;
  queue: Queue;
  leases: Leases;
  shared: WorkerShared;
  clock: Clock;
  environment: Readonly<Record<string, string | undefined>>;
  policies: readonly Policies[];
  /** Names the worker, in the history. */
  worker: string;
  /** Set where the worker ends: what is not begun is left to others. */
  stopping: AbortSignal;
  nextRun(settings: FleetSettings, after: Date): Date | undefined;
  /** Within the transaction that records the end of a run. */
  ended?(
    queries: Queries,
    sync: SyncRow,
    end: Pick<End, "outcome" | "message"> & { seconds: number },
  ): Promise<void>;
}

/** The run has to be made once more, by whoever is there for it. */
class RunAgain extends Error {
  override readonly name = "RunAgain";
}

/** @throws where the job is to be run again */
export async function runJob(job: Job, options: RunOptions): Promise<void> {
  const { database, queue, leases, stopping } = options;
  const found = await readSync(database, job.data.sync);
  if (!found) return;
  const { destinations } = await writtenBy(database, found);
  const signal = AbortSignal.any([stopping, job.signal]);
  using lease = await takeTogether(leases, database, destinations, signal);
  // As it is now that nobody else changes it.
  const row = await readSync(database, job.data.sync);
  if (!row || row.paused_at) return lease.release(database);
  const { others, ...now } = await writtenBy(database, row);
  if (!isEqual(now.destinations, destinations)) {
    await lease.release(database);
    await queue.trigger([row], job.data.why);
    return;
  }
  const notBefore = newEnough(job, row, options.clock);
  await run(job, { row, lease, others, notBefore }, options);
}

async function run(job: Job, beginning: Beginning, options: RunOptions): Promise<void> {
  const { row, lease } = beginning;
  const { database, worker, stopping, clock } = options;
  const begunAt = clock.monotonic();
  const told: string[] = [];
  const looked = await lookAt(beginning, told, options);
  const why = { why: job.data.why, ...(told.length > 0 && { told }) };
  const end = (ended: End, more?: More) => endRun({ job, row, lease, begunAt, ended, more }, options);
  const addFailure = async (queries: Queries, message: string) => {
    // Once: it is tried again and again.
    if (row.outcome !== "failed" || row.message !== message)
      await addHistory(queries, row, "failed", worker, { ...why, message });
  };

  if (looked.kind === "failed") {
    const { message } = looked;
    if (stopping.aborted || lease.msLeft() <= 0) throw new RunAgain(message);
    const ended = { outcome: "failed", message, isSettled: false } as const;
    return end(ended, (queries) => addFailure(queries, message));
  }
  if (looked.kind === "unchanged")
    return end(unchanged, async (queries) => {
      if (row.has_plan) await forget(queries, row.id);
    });

  const parked = row.has_plan ? await parkedOf(database, row.id) : undefined;
  const verdict = verdictOf(looked.reasons, looked.stored, parked);
  const isRefused = looked.kind === "refused";
  if (isRefused || verdict !== "go") {
    const outcome = verdict === "rejected" && !isRefused ? "rejected" : "parked";
    const message = looked.reasons.map(reasonWords).join("; ");
    const isNew = verdict === "park" || (isRefused && verdict !== "wait");
    return end({ outcome, message, isSettled: false }, async (queries) => {
      if (isNew) await putDownPlan(queries, row, looked, worker);
    });
  }

  await lease.settled(AbortSignal.any([stopping, job.signal]));
  const begun = await database.transaction(async (queries) => {
    await lease.require(queries);
    if (await isPaused(queries, row.id)) return "paused";
    if (parked && looked.reasons.length > 0 && !(await isStillApproved(queries, parked))) return "rejected";
    if (looked.kind !== "change") return "begun";
    const intent = intentOf(looked.stored, looked.planned, row.intent);
    await queries.query("update sync set intent = $2 where id = $1", [row.id, intent]);
    return "begun";
  });
  // As it would have been before it looked.
  if (begun === "paused") return lease.release(database);
  if (begun === "rejected") {
    const message = "its approval was taken back before anything was written";
    return end({ outcome: "rejected", message, isSettled: false });
  }
  const done = await looked.carryOut().then(
    (outputs) => ({ outputs }),
    (error: unknown) => ({ error }),
  );
  if ("error" in done) {
    const ended = failed(row, looked.stored, done.error);
    if (!isCut(done.error)) return end(ended, (queries) => addFailure(queries, ended.message ?? ""));
    await endRun(
      { job, row, lease, begunAt, ended: { ...ended, outcome: row.outcome }, isAgain: true },
      options,
    );
    throw new RunAgain(ended.message ?? "");
  }
  const { outputs } = done;
  const isRemoval = looked.kind === "removal";
  const ended = outputs ? changed(row, looked.stored, outputs) : unchanged;
  await end(ended, async (queries) => {
    const counts = outputs?.["counts"];
    await addHistory(queries, row, isRemoval ? "removed" : "ran", worker, {
      ...why,
      ...(counts !== undefined && { counts }),
      // What needed nobody's word, nobody has approved.
      ...(looked.reasons.length > 0 && parked && approvalIn(parked)),
    });
    if (row.has_plan) await forget(queries, row.id);
    if (isRemoval) await removeRow(queries, row.id);
  });
}

/** Unless it was declared again meanwhile: then it begins anew. */
async function removeRow(queries: Queries, id: string): Promise<void> {
  await queries.query("delete from sync where id = $1 and removed_at is not null", [id]);
  await queries.query("update sync set inputs = null, outputs = null, intent = null where id = $1", [id]);
}

interface Beginning {
  row: ReadSync;
  lease: Held;
  others: Written["others"];
  /** From when on a look is new enough. */
  notBefore: number;
}

/**
 * A look that began after the run was asked for is as good as one of its own, whoever made it: many runs that wait share it. Unless
 * the sync has run since: what that run wrote must be seen.
 */
function newEnough({ startAfter }: Job, { read_at, checked_at, intent }: ReadSync, clock: Clock): number {
  const hasRun = intent !== null || (checked_at !== null && checked_at > startAfter);
  const waitedMs = hasRun ? 0 : Math.max(0, read_at.getTime() - startAfter.getTime());
  return clock.monotonic() - waitedMs;
}

async function lookAt(
  { row, lease, others, notBefore }: Beginning,
  told: string[],
  options: RunOptions,
): Promise<Looked> {
  const project = await readProject(options.database, row.project);
  try {
    if (!project) throw new Error(`There is no project ${row.project}.`);
    const shared = options.shared.forRun({ msLeft: lease.msLeft, notBefore });
    // What somebody else writes now, is not removed.
    for (const { name, source, destination } of others)
      shared.claims.claim(destination, { name, source }, { stage: "run", resource: undefined });
    return await look(row, project, {
      environment: options.environment,
      policies: options.policies,
      shared,
      log: (line) => void (told.length < MOST_TOLD && told.push(line)),
      now: () => new Date(options.clock.wall()),
    });
  } catch (error) {
    return { kind: "failed", message: describeError(error) };
  }
}

/** Lines of a run that are kept. */
const MOST_TOLD = 20;

/** Its time was over, or the worker's: no fault of the sync's, and it goes on at once. */
const isCut = (error: unknown): boolean =>
  hasCode(error, "cancelled") || (error instanceof PartialRunError && hasCode(error.cause, "cancelled"));

type More = (queries: Queries) => Promise<void>;

interface RunEnd {
  job: Job;
  row: SyncRow;
  lease: Held;
  /** By the clock that never jumps. */
  begunAt: number;
  ended: End;
  more?: More | undefined;
  /** The job stays, and is run again. */
  isAgain?: boolean;
}

/** Pauses between attempts: a database that is restarted is back within them. */
const PAUSES_MS = [500, 1000, 2000, 4000];

async function endRun(
  { job, row, lease, begunAt, ended, more, isAgain }: RunEnd,
  options: RunOptions,
): Promise<void> {
  const { database, queue, clock } = options;
  const now = new Date(clock.wall());
  const scheduled = options.nextRun(row.declared.settings, now);
  const nextAt = ended.outcome === "failed" ? retryAt(now, row.failures + 1, scheduled) : scheduled;
  const attempt = () =>
    database.transaction(async (queries) => {
      await lease.release(queries);
      await putDown(queries, row, ended, {
        changedAt: ended.hasWritten ? now : undefined,
        nextAt,
      });
      // Those that read what it has written come next; one that is gone is in no chain any more.
      const readers = ended.hasWritten ? await readersOf(queries, row.id) : [];
      await more?.(queries);
      if (isAgain) return;
      await queue.trigger(readers, "chain", queries);
      await queue.complete(job, queries);
      const isThere = await readSync(queries, row.id);
      if (isThere && nextAt) await queue.later(row, nextAt, queries);
      const seconds = (clock.monotonic() - begunAt) / 1000;
      await options.ended?.(queries, row, { ...ended, seconds });
    });
  for (const pauseMs of PAUSES_MS) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      await clock.delay(pauseMs);
    }
  }
  await attempt();
}
