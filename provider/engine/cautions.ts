/** What a destination may refuse: no reason to refuse a preview, since another identity may deploy. */

import { goneText } from "./gone-folders.ts";
import { deletionsOf, refusedDeletion } from "./guard/rights.ts";
import { isLower } from "./key-names.ts";
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
    // In one folder, keys tell it all.
    ...(destination.place.isTree ? plan.emptied.map(goneText) : []),
    ...capitalisation(plan, facts, destination),
    ...(refused ? [`a deployment by this identity ${would} at the destination. ${refused.message}`] : []),
  ];
}

/** The flag proves nothing (data-plane §9.1). */
function capitalisation(
  { changes }: Plan,
  { autoCapitalization }: ProjectFacts,
  { locate }: SecretStore,
): string[] {
  if (autoCapitalization !== true) return [];
  const lower = changes.filter(({ kind, key }) => kind === "create" && isLower(locate(key).name));
  if (lower.length === 0) return [];
  const keys = some(lower.map(({ label }) => label));
  return [`the destination project asks for upper-case keys, and may refuse ${keys}`];
}
