/**
 * One bucket a host and class, shared by all workers: a row of the database. Who takes a token that is not there yet is told
 * how long to wait for it, so that all wait in the order in which they have asked.
 */
import type { Queries } from "../database/database.ts";

/** A part of the limit may be used at once; the rest comes little by little, so that no minute has more than the limit. */
const BURST = 0.1;

const rateOf = (limit: number) => ({
  most: Math.max(1, Math.floor(limit * BURST)),
  perSecond: (limit - Math.max(1, Math.floor(limit * BURST))) / 60 || 1 / 60,
});

/** What is lost by a crash is a token: nobody waits for the disk. */
const FAST = "with fast as materialized (select set_config('synchronous_commit', 'off', true))";

/** @returns milliseconds until the token is there */
export async function takeToken(
  queries: Queries,
  bucket: { host: string; class: string; limit: number },
): Promise<number> {
  const { most, perSecond } = rateOf(bucket.limit);
  const [row] = await queries.query<{ tokens: number }>(
    `${FAST}
     insert into bucket as b (host, class, tokens, refilled_at)
     select $1, $2, $3::double precision - 1, now() from fast
     on conflict (host, class) do update set
       tokens = least($3, b.tokens + greatest(0, extract(epoch from now() - b.refilled_at)) * $4) - 1,
       refilled_at = greatest(now(), b.refilled_at)
     returning tokens`,
    [bucket.host, bucket.class, most, perSecond],
  );
  return Math.max(0, Math.ceil((-(row?.tokens ?? 0) / perSecond) * 1000));
}

/** The host has refused a request: nobody has a token for a while. */
export async function drain(
  queries: Queries,
  bucket: { host: string; class: string; limit: number },
  ms: number,
): Promise<void> {
  const { perSecond } = rateOf(bucket.limit);
  await queries.query(
    `${FAST}
     insert into bucket as b (host, class, tokens, refilled_at)
     select $1, $2, $3::double precision, now() from fast
     on conflict (host, class) do update set
       tokens = least(b.tokens + greatest(0, extract(epoch from now() - b.refilled_at)) * $4, $3),
       refilled_at = greatest(now(), b.refilled_at)`,
    [bucket.host, bucket.class, (-ms / 1000) * perSecond, perSecond],
  );
}
