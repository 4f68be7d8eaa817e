/** What a destination may refuse: no reason to refuse a run, since only the write itself proves it. */
import type { Plan } from "./plan.ts";
import { some } from "./shortened.ts";
import type { ProjectFacts, SecretStore } from "./store.ts";

export async function cautionsFor(
  plan: Plan,
  facts: ProjectFacts,
  destination: SecretStore,
): Promise<string[]> {
  if (plan.changes.length === 0) return [];
  const refused = await destination.refusedDeletion();
  return [
    ...capitalisation(plan, facts),
    ...(refused ? [`a deployment by this identity would fail at the destination. ${refused.message}`] : []),
  ];
}

/** The flag proves nothing (data-plane §9.1). */
function capitalisation({ changes }: Plan, { autoCapitalization }: ProjectFacts): string[] {
  if (autoCapitalization !== true) return [];
  const lower = changes.filter(({ kind, key }) => kind === "create" && key !== key.toUpperCase());
  if (lower.length === 0) return [];
  const keys = some(lower.map(({ label }) => label));
  return [`the destination project asks for upper-case keys, and may refuse ${keys}`];
}
