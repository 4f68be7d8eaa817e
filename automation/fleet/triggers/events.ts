/**
 * Event subscriptions: where a file asks for it, the source instance tells of changes, and the syncs that read there run at once. It
 * is a trigger and nothing else: what runs looks for itself, and what is not told is found by the schedule. One process of the
 * fleet listens, by a lease: one stream for each environment, whatever the number of syncs.
 */
import { describeError } from "../../../provider/errors.ts";
import { type Followed, followProjectEvents } from "../../../provider/infisical/events/project-events.ts";
import { createClient } from "../../../provider/infisical/http/client.ts";
import type { Answer, Refusal } from "../../../provider/infisical/http/exchange.ts";
import { sourceClient } from "../../../provider/resources/clients.ts";
import { readConfig } from "../../../provider/resources/index.ts";
import { createShared, type Shared } from "../../../provider/resources/process.ts";
import type { Database } from "../database/database.ts";
import { CLOCK, type Clock } from "../lease/clock.ts";
import { createLeases, type Lease } from "../lease/leases.ts";
import type { Log } from "../operations/log.ts";
import type { Queue } from "../queue/queue.ts";
import type { ProjectRow } from "../rows/rows.ts";
import { resolveLogins } from "../run/secrets.ts";
import { type ChangedPlace, readersAt } from "./readers.ts";

export interface EventsOptions {
  database: Database;
  queue: Pick<Queue, "trigger">;
  /** What references to secrets stand for. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Names this process. */
  holder: string;
  log: Pick<Log, "info" | "warn">;
  clock?: Clock;
}

/** How often it is looked whether other streams are wanted, and whether this process may still listen. */
const LOOK_MS = 3000;
const FIRST_WAIT_MS = 1000;
const MOST_WAIT_MS = 300_000;
/** A stream that was open for so long is begun anew without waiting for longer than the first time. */
const STEADY_MS = 60_000;
const TIMEOUT_MS = 15_000;

/** In the place of a destination: no place that a sync writes is called so. */
const LEASE = "event subscriptions";

/** @returns ends all streams at once */
export function startEvents(options: EventsOptions): { stop(): Promise<void> } {
  const { database, holder, log, clock = CLOCK } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const leases = createLeases(database, holder, clock);
  const listen = async () => {
    let isTold = false;
    for (;;) {
      try {
        const isWanted = (await wantedStreams(database)).length > 0;
        isTold = false;
        if (isWanted) {
          using lease = await leases.take(LEASE, signal);
          await holdStreams(lease, options, signal);
        }
      } catch (error) {
        if (signal.aborted) return;
        // Once, however long the database is away.
        if (!isTold)
          log.warn("event subscriptions cannot be looked after; it is tried again", {
            problem: describeError(error),
          });
        isTold = true;
      }
      await clock.delay(LOOK_MS, signal);
    }
  };
  const listening = listen().catch(() => {});
  return {
    async stop() {
      stopping.abort();
      await listening;
    },
  };
}

interface Stream {
  project: Pick<ProjectRow, "name" | "folder" | "declared">;
  projectId: string;
  environment: string;
}

/** Those of one source, project and environment are one. */
async function wantedStreams(database: Database): Promise<[key: string, stream: Stream][]> {
  const rows = await database.query<Pick<ProjectRow, "name" | "folder" | "declared"> & Place>(
    `select distinct on (project.name, project_id, environment) project.name, project.folder, project.declared,
       sync.declared -> 'args' ->> 'projectId' as project_id, sync.declared -> 'args' ->> 'environment' as environment
     from project join sync on sync.project = project.name
     where (project.declared ->> 'eventSubscriptions')::boolean and sync.paused_at is null and sync.removed_at is null
     order by project.name, project_id, environment`,
  );
  const streams = rows.map(({ project_id: projectId, environment, ...project }): [string, Stream] => [
    JSON.stringify([project.declared.source, projectId, environment]),
    { project, projectId, environment },
  ]);
  return [...new Map(streams)];
}

interface Place {
  project_id: string;
  environment: string;
}

/** Until the lease is lost, nothing is wanted any more, or the process stops. */
async function holdStreams(lease: Lease, options: EventsOptions, stopping: AbortSignal): Promise<void> {
  const { database, clock = CLOCK } = options;
  await using shared = createShared((given) => createClient({ ...given, timeoutMs: TIMEOUT_MS }));
  const streams = new Map<string, { stop: AbortController; ended: Promise<void> }>();
  try {
    while (lease.msLeft() > 0) {
      const wanted = new Map(await wantedStreams(database));
      if (wanted.size === 0) return;
      for (const [key, { stop }] of streams) {
        if (wanted.has(key)) continue;
        stop.abort();
        streams.delete(key);
      }
      for (const [key, stream] of wanted) {
        if (streams.has(key)) continue;
        const stop = new AbortController();
        const signal = AbortSignal.any([stopping, stop.signal]);
        streams.set(key, { stop, ended: keepOpen(stream, shared, options, signal).catch(() => {}) });
      }
      await clock.delay(LOOK_MS, stopping);
    }
  } finally {
    for (const { stop } of streams.values()) stop.abort();
    await Promise.all([...streams.values()].map(({ ended }) => ended));
    // The next one need not wait until it has run out.
    await lease.release(database).catch(() => {});
  }
}

/** Opens the stream, and opens it again whenever it ends, waiting for longer each time. */
async function keepOpen(
  stream: Stream,
  shared: Shared,
  options: EventsOptions,
  signal: AbortSignal,
): Promise<void> {
  const { log, clock = CLOCK } = options;
  const { project, projectId, environment } = stream;
  const fields = { project: project.name, source: `project ${projectId}, environment ${environment}` };
  let waitMs = FIRST_WAIT_MS;
  let isFirst = true;
  let isTold = false;
  const tell = createTeller(stream, options, signal);
  for (;;) {
    let openedAt: number | undefined;
    const onOpen = () => {
      openedAt = clock.monotonic();
      isTold = false;
      log.info(isFirst ? "the source tells of changes" : "the source tells of changes again", fields);
      // What has changed before, nobody has told: to this process, that is, where another one held the stream.
      tell();
      isFirst = false;
    };
    const problem = await followOnce(stream, shared, options, { signal, onOpen, onChange: tell });
    signal.throwIfAborted();
    if (problem?.isFinal) {
      log.warn("the source tells of no changes; schedules and webhooks are heeded", {
        ...fields,
        problem: problem.text,
      });
      return;
    }
    // Once, however often it is tried.
    if (problem && !isTold)
      log.warn("the source tells of no changes; it is tried again", { ...fields, problem: problem.text });
    isTold ||= problem !== undefined;
    if (openedAt !== undefined && clock.monotonic() - openedAt > STEADY_MS) waitMs = FIRST_WAIT_MS;
    await clock.delay(waitMs, signal);
    waitMs = Math.min(waitMs * 2, MOST_WAIT_MS);
  }
}

interface Problem {
  text: string;
  /** Asking again would change nothing. */
  isFinal: boolean;
}

/** @returns why it has ended; undefined where the instance has ended it as it does every now and then */
async function followOnce(
  stream: Stream,
  shared: Shared,
  { environment }: EventsOptions,
  followed: Followed,
): Promise<Problem | undefined> {
  try {
    const { source } = await resolveLogins(stream.project, [], environment);
    const client = sourceClient({ config: readConfig(source, environment), environment, shared });
    return problemIn(await followProjectEvents(client, stream, followed));
  } catch (error) {
    return { text: describeError(error), isFinal: false };
  }
}

const problemIn = (answer: Answer<undefined>): Problem | undefined =>
  answer.kind === "refused"
    ? {
        text: `${answer.refusal.what} is refused (${answer.refusal.status}): ${answer.refusal.text}`,
        isFinal: isUnknown(answer.refusal),
      }
    : undefined;

/** The instance's plan, or its version, has no event subscriptions. */
const isUnknown = ({ status, isRouteMissing }: Refusal): boolean => status === 400 || isRouteMissing;

/** Places that are asked for one by one; where more are told at once, it is any of the environment. */
const MOST_PLACES = 100;
/** An instance may tell of thousands of changes a second: so long after one question the next one comes. */
const BETWEEN_MS = 1000;

type Tell = (folders?: readonly Omit<ChangedPlace, "projectId">[]) => void;

/** @returns takes what is told, without folders of any: the first is asked for at once, and all that comes meanwhile, together after it */
function createTeller({ projectId, environment }: Stream, options: EventsOptions, signal: AbortSignal): Tell {
  const { clock = CLOCK } = options;
  const anywhere: ChangedPlace = { projectId, environment };
  let told = new Map<string, ChangedPlace>();
  let isAsking = false;
  const ask = async () => {
    while (told.size > 0) {
      const places = [...told.values()];
      told = new Map();
      await trigger(places, options);
      await clock.delay(BETWEEN_MS, signal);
    }
    isAsking = false;
  };
  return (folders = [anywhere]) => {
    for (const place of folders) told.set(JSON.stringify(place), { projectId, ...place });
    if (told.size > MOST_PLACES) told = new Map([["", anywhere]]);
    if (isAsking || told.size === 0) return;
    isAsking = true;
    // It ends with the stream.
    ask().catch(() => {});
  };
}

async function trigger(
  places: readonly ChangedPlace[],
  { database, queue, log }: EventsOptions,
): Promise<void> {
  try {
    const readers = await Promise.all(places.map((place) => readersAt(database, place)));
    const syncs = new Map(readers.flat().map((sync) => [sync.id, sync]));
    await queue.trigger([...syncs.values()], "event");
  } catch (error) {
    log.warn("a change that the source has told of is left to the schedule", {
      problem: describeError(error),
    });
  }
}
