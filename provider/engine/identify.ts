import type { Applied } from "./apply.ts";
import { fromLabel } from "./label.ts";
import { revisionOf, UNKNOWN_REVISION } from "./revision.ts";
import type { SecretStore } from "./store.ts";

/**
 * After a run that is not verified: which secrets its writes are, where their answers have not told. What cannot be found out
 * now stays unknown: the next run finds the key as planned.
 */
export async function identify(applied: Applied, destination: SecretStore): Promise<Applied> {
  const open = [...applied.memory].filter(
    ([label, { destination: revision }]) => revision === UNKNOWN_REVISION && applied.done.has(label),
  );
  if (open.length === 0) return applied;
  try {
    const { secrets } = await destination.list({ values: false, expand: false, imports: false });
    const there = new Map(secrets.map((secret) => [secret.key, secret]));
    const memory = new Map(applied.memory);
    for (const [label, remembered] of open) {
      const secret = there.get(fromLabel(label));
      if (!secret) continue;
      const origin = secret.version === 1 ? "created" : remembered.origin;
      memory.set(label, { ...remembered, origin, destination: revisionOf(secret) });
    }
    return { ...applied, memory };
  } catch {
    // What stopped the run is told already.
    return applied;
  }
}
