// One job per sync, and five sync jobs per connection (control-plane §3.11).
import type { SecretSync } from "../control-plane/model.ts";

/** The product's lock is a lease: a job that hangs longer does not keep others away. */
const LEASE_MS = 5 * 60_000;
const SLOTS_PER_CONNECTION = 5;

export interface Locks {
  isLocked(sync: SecretSync): boolean;
  /** Takes the sync's lock, and a slot of its connection if asked to; undefined when one of them is not free. */
  acquire(sync: SecretSync, options: { takesSlot: boolean }): (() => void) | undefined;
}

export function createLocks(now: () => number): Locks {
  /** By id of the sync. */
  const leases = new Map<string, { until: number }>();
  /** By id of the connection: slots in use. */
  const slots = new Map<string, number>();

  const isLocked = ({ id }: SecretSync) => (leases.get(id)?.until ?? Number.NEGATIVE_INFINITY) > now();

  return {
    isLocked,
    acquire(sync, { takesSlot }) {
      const connectionId = sync.connection.id;
      const used = slots.get(connectionId) ?? 0;
      if (isLocked(sync) || (takesSlot && used >= SLOTS_PER_CONNECTION)) return undefined;
      const lease = { until: now() + LEASE_MS };
      leases.set(sync.id, lease);
      if (takesSlot) slots.set(connectionId, used + 1);
      return () => {
        // After its end a lease may have passed to another job.
        if (leases.get(sync.id) === lease) leases.delete(sync.id);
        if (takesSlot) slots.set(connectionId, (slots.get(connectionId) ?? 1) - 1);
      };
    },
  };
}
