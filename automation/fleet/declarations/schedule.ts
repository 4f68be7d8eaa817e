/** When a sync runs without being asked. */
import type { CronExpressionParser } from "cron-parser";
import { EngineError } from "../../engines/engine.ts";
import { type FleetSettings, INTERVAL, NEVER } from "../../syncs/fleet-settings.ts";
import { comesWith } from "../database/optional.ts";

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Most that a time of cron is put off, so that not all syncs of an hour come at once. */
const MOST_DELAY_MS = 20_000;

/**
 * The next time after a run; undefined where there is none.
 *
 * @param jitter from 0 to 1: an interval is shortened by up to a tenth, a time of cron put off by some seconds
 * @throws Error for fields of cron that say nothing
 */
export function nextRun(
  { schedule }: Pick<FleetSettings, "schedule">,
  after: Date,
  jitter: number,
): Date | undefined {
  if (schedule === NEVER) return undefined;
  const [, count, unit] = INTERVAL.exec(schedule) ?? [];
  if (count !== undefined) {
    const intervalMs = Number(count) * UNITS[unit as keyof typeof UNITS];
    return new Date(after.getTime() + Math.round(intervalMs * (1 - jitter / 10)));
  }
  const next = cron().parse(schedule, { currentDate: after, tz: "UTC" }).next();
  return new Date(next.getTime() + Math.round(jitter * MOST_DELAY_MS));
}

/** Loaded where a schedule has fields of cron: all else of a fleet's commands goes without it. */
const cron = () =>
  comesWith<{ CronExpressionParser: typeof CronExpressionParser }>("pg-boss", "cron-parser")
    .CronExpressionParser;

/** Why a schedule says nothing; undefined where it does. */
export function scheduleProblem(settings: Pick<FleetSettings, "schedule">): string | undefined {
  try {
    nextRun(settings, new Date(0), 0);
    return undefined;
  } catch (error) {
    if (error instanceof EngineError) throw error;
    return `is no time of cron: ${error instanceof Error ? error.message : String(error)}`;
  }
}
