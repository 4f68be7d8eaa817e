import { BridgeError } from "../../errors.ts";
import { toLabel } from "../label.ts";
import type { Plan } from "../plan.ts";
import { some } from "../shortened.ts";
import type { SecretStore } from "../store.ts";

const PROBES = 5;

/** @throws BridgeError `partial-read` if there are folders at the destination that look missing, or empty, and are neither */
export async function guardHiddenFolders(plan: Plan, destination: SecretStore): Promise<void> {
  const created = plan.changes.filter(({ kind }) => kind === "create").map(({ key }) => key);
  const hidden = plan.createsFolder || created.length === 0 ? [] : await destination.hiddenFolders(created);
  if (hidden.length === 0) return;
  throw new BridgeError(
    "partial-read",
    `The destination has folders that its identity may not read; the run would have written there blindly: ${some(hidden)}.`,
    {
      path: "destinationConfig.secretPath",
      hint: "Give the destination identity read access to all folders there.",
    },
  );
}

/**
 * Secrets that an identity may not even describe vanish from lists without notice (data-plane §9.6), and
 * would look deleted. So before anything is deleted, the source is asked once more in ways that show them.
 *
 * @throws BridgeError `partial-read` if a key that would be deleted is at the source after all
 */
export async function guardPartialRead(plan: Plan, source: SecretStore, imports: boolean): Promise<void> {
  const vanishing = plan.changes.filter((change) => change.kind === "delete").map((change) => change.key);
  if (vanishing.length === 0) return;
  const described = await source.list({ values: false, expand: false, imports });
  const known = new Set([...described.secrets, ...described.imports.flat()].map((secret) => secret.key));
  const listed = vanishing.filter((key) => known.has(key));
  const probed = await Promise.all(
    spread(vanishing, PROBES).map(async (key) => ({ key, answer: await source.probe(key) })),
  );
  const hidden = new Set([
    ...listed,
    ...probed.filter(({ answer }) => answer !== "missing").map(({ key }) => key),
  ]);
  const folders = hidden.size > 0 ? [] : await source.hiddenFolders(vanishing);
  if (hidden.size === 0 && folders.length === 0) return;
  throw new BridgeError(
    "partial-read",
    folders.length > 0
      ? `The source has folders that its identity may not read: ${some(folders)}; the run would have deleted their keys at the destination.`
      : `The source holds secrets that its identity may not read; the run would have deleted them at the destination: ${some([...hidden].map(toLabel))}.`,
    {
      path: "secretPath",
      hint: "Give the source identity read access to all secrets of the folder, or set syncOptions.allowPartialRead.",
    },
  );
}

function spread<T>(items: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.floor(items.length / most));
  return items.filter((_, index) => index % step === 0).slice(0, most);
}
