/**
 * An instance that does not answer is asked by one run at a time. The others fail at once, and so wait for nobody: its outage puts
 * off its own syncs, and not those of others that this worker has to run.
 */
import { type BridgeError, hasCode } from "../../../provider/errors.ts";

interface Outage {
  error: BridgeError;
  /** Somebody is finding out whether it is over. */
  isTried: boolean;
}

export interface Outages {
  /** @throws what the instance's last failure was, where somebody else is asking it already */
  guard<T>(origin: string, ask: () => Promise<T>): Promise<T>;
}

export function createOutages(): Outages {
  const outages = new Map<string, Outage>();
  return {
    async guard(origin, ask) {
      const outage = outages.get(origin);
      if (outage?.isTried) throw outage.error;
      if (outage) outage.isTried = true;
      try {
        const answer = await ask();
        outages.delete(origin);
        return answer;
      } catch (error) {
        if (hasCode(error, "unreachable", "timeout")) outages.set(origin, { error, isTried: false });
        else outages.delete(origin);
        throw error;
      }
    },
  };
}
