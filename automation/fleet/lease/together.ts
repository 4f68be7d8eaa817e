import type { Database } from "../database/database.ts";
import type { Lease, Leases } from "./leases.ts";

/** Several destinations, held by one run. */
export type Held = Pick<Lease, "msLeft" | "settled" | "require" | "release" | typeof Symbol.dispose>;

/**
 * Waits until nobody else may write any of the destinations. In one order: two who want the same ones wait for each other, and not
 * in a circle.
 *
 * @throws where the signal is given
 */
export async function takeTogether(
  leases: Leases,
  database: Database,
  destinations: Iterable<string>,
  signal?: AbortSignal,
): Promise<Held> {
  const held: Lease[] = [];
  const dispose = () => {
    for (const lease of held) lease[Symbol.dispose]();
  };
  const inOrder = [...new Set(destinations)].sort();
  try {
    for (const destination of inOrder) held.push(await leases.take(destination, signal));
  } catch (error) {
    // Nobody has to wait until they have stood still for long enough.
    for (const lease of held) await lease.release(database).catch(() => {});
    dispose();
    throw error;
  }
  return {
    msLeft: () => Math.min(...held.map((lease) => lease.msLeft())),
    async settled(aborted) {
      for (const lease of held) await lease.settled(aborted);
    },
    async require(queries) {
      for (const lease of held) await lease.require(queries);
    },
    async release(queries) {
      for (const lease of held) await lease.release(queries);
    },
    [Symbol.dispose]: dispose,
  };
}
