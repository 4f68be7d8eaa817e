/**
 * Who may write a destination: one worker, by a row of the database. No clock of another machine decides. The holder makes
 * the row's count of renewals grow, and stops writing at a deadline of its own, which counts from before a renewal was sent.
 * Who waits takes a row over that it has seen stand still for longer than any holder would go on, by comparing and setting.
 *
 * A database that fails over to a copy may have lost who has got a lease last. That holder finds its fence gone when it next
 * renews, or comes to its deadline; and whoever takes a lease of a server that it has not known for so long waits before it writes.
 */
import type { Database, Queries } from "../database/database.ts";
import type { Clock } from "./clock.ts";
import { type Deadline, deadlineIn, OVER } from "./deadline.ts";

/** With the margin it is less than the queue's heartbeat, so that a job which is given to another soon may run. */
export const LEASE_MS = 6000;
export const MARGIN_MS = 2000;
const RENEW_MS = 1500;
/** How often one who waits looks. */
const WATCH_MS = 1000;

export interface Lease extends Disposable {
  readonly destination: string;
  /** Grows with each holder, by chance: what an earlier one would record is not taken, nor of one whom the database has lost. */
  readonly fence: string;
  /** How long this process may still write; nothing once it may not. */
  msLeft(): number;
  /** Until no holder writes any more whom the database may have lost. To be awaited before the first write. */
  settled(signal?: AbortSignal): Promise<void>;
  /** Within a transaction: it goes on only if nobody else has the lease. @throws LeaseLost */
  require(queries: Queries): Promise<void>;
  /** Within the transaction that records what was done: the next one may begin as soon as that is there. @throws LeaseLost */
  release(queries: Queries): Promise<void>;
}

/** Somebody else writes the destination now: what this process knows of it is not recorded. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
  constructor(destination: string) {
    super(`Another worker has taken ${destination} over.`);
  }
}

export interface Leases {
  /** Waits until nobody else may write the destination. @throws where the signal is given */
  take(destination: string, signal?: AbortSignal): Promise<Lease>;
  /** Looks at all leases that are held: whoever waits for one later, has seen it already. */
  watch(): Promise<void>;
}

interface Row {
  destination: string;
  fence: string;
  renewals: string;
}
interface Seen extends Row {
  /** When it was first seen so, by this process's monotonic clock. */
  since: number;
}
interface Taken extends Row {
  era: string;
}

/** Two who take the same row, of whom the database has lost one, do not come to the same fence. */
const STEP = "1 + floor(random() * 2147483647)::bigint";

/** @param holder names this worker, for people */
export function createLeases(database: Database, holder: string, clock: Clock): Leases {
  const seen = new Map<string, Seen>();
  const eraSql = database.era ?? "'of this process'";
  let era = { name: "", since: 0 };

  /** @returns since when it is known */
  const noteEra = (name: string): number => {
    if (era.name !== name) era = { name, since: clock.monotonic() };
    return era.since;
  };

  const note = (row: Row): Seen => {
    const known = seen.get(row.destination);
    const isSame = known?.fence === row.fence && known.renewals === row.renewals;
    const noted = isSame ? known : { ...row, since: clock.monotonic() };
    seen.set(row.destination, noted);
    return noted;
  };

  /** Where nobody has it. */
  const takeFree = (destination: string) =>
    database.query<Taken>(
      `insert into lease (destination, fence, holder) values ($1, ${STEP}, $2)
       on conflict (destination) do update set fence = lease.fence + ${STEP}, holder = $2 where lease.holder is null
       returning destination, fence, renewals, ${eraSql} as era`,
      [destination, holder],
    );

  const takeOver = ({ destination, fence, renewals }: Row) =>
    database.query<Taken>(
      `update lease set fence = fence + ${STEP}, holder = $4
       where destination = $1 and fence = $2 and renewals = $3 and holder is not null
       returning destination, fence, renewals, ${eraSql} as era`,
      [destination, fence, renewals, holder],
    );

  const attempt = async (destination: string): Promise<Lease | undefined> => {
    const [held] = await database.query<Row>(
      "select destination, fence, renewals from lease where destination = $1 and holder is not null",
      [destination],
    );
    const stands = held && note(held);
    const isOver = stands && clock.monotonic() - stands.since > LEASE_MS + MARGIN_MS;
    if (stands && !isOver) return undefined;
    // Before it is sent: when it took effect, nobody here knows.
    const until = deadlineIn(LEASE_MS, clock);
    const [taken] = stands ? await takeOver(stands) : await takeFree(destination);
    if (!taken) return undefined;
    const since = noteEra(taken.era);
    const settledAt = database.era ? since + LEASE_MS + MARGIN_MS : Number.NEGATIVE_INFINITY;
    return hold(database, taken, { until, settledAt, clock });
  };

  return {
    async take(destination, signal) {
      for (;;) {
        signal?.throwIfAborted();
        const lease = await attempt(destination);
        if (lease) return lease;
        await clock.delay(WATCH_MS, signal);
      }
    },
    async watch() {
      const [now] = await database.query<Pick<Taken, "era">>(`select ${eraSql} as era`);
      if (now) noteEra(now.era);
      const rows = await database.query<Row>(
        "select destination, fence, renewals from lease where holder is not null",
      );
      const held = new Set(rows.map((row) => note(row).destination));
      for (const destination of seen.keys()) if (!held.has(destination)) seen.delete(destination);
    },
  };
}

interface Held {
  until: Deadline;
  /** By the monotonic clock. */
  settledAt: number;
  clock: Clock;
}

function hold(database: Database, { destination, fence }: Row, held: Held): Lease {
  const { settledAt, clock } = held;
  let { until } = held;
  const ended = new AbortController();
  const renew = async () => {
    for (;;) {
      await clock.delay(RENEW_MS, ended.signal);
      const next = deadlineIn(LEASE_MS, clock);
      const renewed = await database
        .query(
          "update lease set renewals = renewals + 1 where destination = $1 and fence = $2 and holder is not null returning 1",
          [destination, fence],
        )
        // Of a database that does not answer nothing is known: the deadline comes nearer.
        .catch(() => undefined);
      if (ended.signal.aborted) return;
      if (renewed?.length === 0) {
        until = OVER;
        return;
      }
      // What had run out may be somebody else's by then, whatever the row says now.
      if (renewed && until.msLeft() > 0) until = next;
    }
  };
  renew().catch(() => {});
  const lost = () => {
    until = OVER;
    return new LeaseLost(destination);
  };
  return {
    destination,
    fence,
    msLeft: () => until.msLeft(),
    async settled(signal) {
      const ms = settledAt - clock.monotonic();
      if (ms > 0) await clock.delay(ms, signal);
    },
    async require(queries) {
      const [row] = await queries.query(
        "select 1 from lease where destination = $1 and fence = $2 and holder is not null for update",
        [destination, fence],
      );
      if (!row) throw lost();
    },
    async release(queries) {
      const [row] = await queries.query(
        "update lease set holder = null where destination = $1 and fence = $2 and holder is not null returning 1",
        [destination, fence],
      );
      if (!row) throw lost();
    },
    [Symbol.dispose]() {
      until = OVER;
      ended.abort();
    },
  };
}
