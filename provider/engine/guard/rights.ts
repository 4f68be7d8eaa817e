/** Refuses a run whose identity lacks a right that it needs. */
import { BridgeError } from "../../errors.ts";
import type { Plan } from "../plan.ts";
import type { SecretStore } from "../store.ts";

/**
 * A run that writes first and may not delete then would stop half-way. One that deletes nothing is refused whole by the
 * first write itself: that a deletion is refused proves nothing of it.
 *
 * @throws BridgeError before anything is written, where a right that the run needs is missing for certain
 */
export async function guardRights(plan: Plan, destination: SecretStore): Promise<void> {
  const count = deletionsOf(plan);
  const refused = count > 0 ? await refusedDeletion(plan, destination) : undefined;
  if (!refused) return;
  const { code, path, hint, message } = refused;
  const keys = count === 1 ? "a key" : `${count} keys`;
  throw new BridgeError(code, `The run would delete ${keys}, and nothing was written: ${message}`, {
    ...(path !== undefined && { path }),
    ...(hint !== undefined && { hint }),
    cause: refused,
  });
}

export const deletionsOf = ({ changes }: Plan): number =>
  changes.filter(({ kind }) => kind === "delete").length;

/** Nothing is asked where there is nothing to do, or no folder yet: an instance then misses that, whoever asks. */
export const refusedDeletion = async (
  plan: Plan,
  destination: SecretStore,
): Promise<BridgeError | undefined> =>
  plan.changes.length === 0 || plan.createsFolder ? undefined : destination.refusedDeletion();
