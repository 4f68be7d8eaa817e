/** What a destination may refuse: no reason to refuse a preview, since another identity may deploy. */

import { BridgeError } from "../errors.ts";
import type { Plan } from "./plan.ts";
import { some } from "./shortened.ts";
import type { ProjectFacts, SecretStore } from "./store.ts";

export async function cautionsFor(
  plan: Plan,
  facts: ProjectFacts,
  destination: SecretStore,
): Promise<string[]> {
  const refused = await refusedDeletion(plan, destination);
  const would = deletionsOf(plan) > 0 ? "would fail" : "may fail";
  return [
    ...capitalisation(plan, facts),
    ...(refused ? [`a deployment by this identity ${would} at the destination. ${refused.message}`] : []),
  ];
}

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

const deletionsOf = ({ changes }: Plan): number => changes.filter(({ kind }) => kind === "delete").length;

/** Nothing is asked where there is nothing to do, or no folder yet: an instance then misses that, whoever asks. */
const refusedDeletion = async (plan: Plan, destination: SecretStore): Promise<BridgeError | undefined> =>
  plan.changes.length === 0 || plan.createsFolder ? undefined : destination.refusedDeletion();

/** The flag proves nothing (data-plane §9.1). */
function capitalisation({ changes }: Plan, { autoCapitalization }: ProjectFacts): string[] {
  if (autoCapitalization !== true) return [];
  const lower = changes.filter(({ kind, key }) => kind === "create" && key !== key.toUpperCase());
  if (lower.length === 0) return [];
  const keys = some(lower.map(({ label }) => label));
  return [`the destination project asks for upper-case keys, and may refuse ${keys}`];
}
