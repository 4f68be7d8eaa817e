/** What a process of the fleet does beside running syncs: it tells news, counts, and deletes what is old. */
import type { Database, Queries } from "../database/database.ts";
import type { Outcome, SyncRow } from "../rows/rows.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { notify } from "./notify.ts";
import { forgetHistory } from "./retention.ts";

export interface UpkeepOptions {
  database: Database;
  log: Log;
  metrics?: Metrics | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  /** Where people reach the page, for links in notifications. */
  pageUrl?: string | undefined;
  /** Days for which the history is kept. */
  keepDays?: number;
  /** Waits, or throws where it is over. */
  delay: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const NOTIFY_MS = 3_000;
const TIDY_MS = 3_600_000;

export interface Upkeep {
  stop(): Promise<void>;
}

export function startUpkeep(options: UpkeepOptions): Upkeep {
  const { database, log, delay, keepDays } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const repeat = async (what: string, everyMs: number, run: () => Promise<unknown>) => {
    while (!signal.aborted) {
      await run().catch((error: unknown) => log.error(`${what} failed; it is tried again`, error));
      await delay(everyMs, signal).catch(() => {});
    }
  };
  const running = [
    repeat("telling news", NOTIFY_MS, () => tellNews(options, signal)),
    repeat("deleting old history", TIDY_MS, () => forgetHistory(database, keepDays)),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

async function tellNews(
  { database, log, metrics, environment, pageUrl }: UpkeepOptions,
  signal: AbortSignal,
) {
  for (const { problem, ...told } of await notify(database, { environment, pageUrl, signal })) {
    metrics?.notified(problem === undefined);
    if (problem === undefined) log.info("told", told);
    else log.warn("could not tell, and tries again", { ...told, problem });
  }
}

/** For the end of each run: a line of the log for those that somebody may ask for, and a number for all. */
export const observeRuns =
  ({ log, metrics }: Pick<UpkeepOptions, "log" | "metrics">) =>
  async (
    _: Queries,
    { project, name }: SyncRow,
    { outcome, message, seconds }: { outcome: Outcome; message: string | null; seconds: number },
  ): Promise<void> => {
    metrics?.ran(outcome, seconds);
    log[outcome === "failed" ? "warn" : outcome === "unchanged" ? "debug" : "info"]("run", {
      project,
      name,
      outcome,
      ...(message !== null && { why: message }),
    });
  };
