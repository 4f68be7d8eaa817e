import { BridgeError } from "../../errors.ts";
import { fromLabel, toLabel } from "../label.ts";
import type { Plan } from "../plan.ts";
import { some } from "../shortened.ts";
import type { SecretStore } from "../store.ts";

const PROBES = 5;

/**
 * Lists of a tree leave out folders that may not be read, and those of values also secrets that may only be described. So
 * where a key looks missing it is looked for once more before it is written, or counts as gone.
 *
 * @throws BridgeError `partial-read`
 */
export async function guardHiddenFolders(
  plan: Plan,
  { source, destination }: Record<"source" | "destination", SecretStore>,
): Promise<void> {
  const imported = plan.changes.filter((change) => change.kind === "import" && change.over === undefined);
  const created = plan.changes.filter(({ kind }) => kind === "create");
  const gone = plan.settled.filter(({ how }) => how === "gone").map(({ label }) => fromLabel(label));
  await refuseUnseen(source, "source", keysOf(imported));
  if (!plan.createsFolder) await refuseUnseen(destination, "destination", [...keysOf(created), ...gone]);
}

const keysOf = (changes: Plan["changes"]) => changes.map(({ key }) => key);

/**
 * The same of keys that a list of values has just left out, by a look of now: what was seen before a run says nothing
 * of it.
 *
 * @throws BridgeError `partial-read`
 */
export const guardMissing = (
  store: SecretStore,
  side: "source" | "destination",
  listed: readonly { key: string }[],
  keys: Iterable<string>,
): Promise<void> => {
  const there = new Set(listed.map(({ key }) => key));
  const missing = [...keys].filter((key) => !there.has(key));
  return refuseUnseen(store, side, missing, { acceptCached: false });
};

async function refuseUnseen(
  store: SecretStore,
  side: "source" | "destination",
  keys: readonly string[],
  { acceptCached = true }: { acceptCached?: boolean } = {},
): Promise<void> {
  if (!store.place.isTree || keys.length === 0) return;
  const { secrets } = await store.list({ values: false, expand: false, imports: false, acceptCached });
  const there = new Set(secrets.map(({ key }) => key));
  const described = keys.filter((key) => there.has(key)).map(toLabel);
  const unseen = described.length > 0 ? described : await store.hiddenFolders(keys);
  if (unseen.length === 0) return;
  const what = described.length > 0 ? "secrets" : "folders";
  throw new BridgeError(
    "partial-read",
    `The ${side} has ${what} that its identity may not read, where the run would have taken keys for missing: ${some(unseen)}.`,
    {
      path: side === "source" ? "secretPath" : "destinationConfig.secretPath",
      hint: `Give the ${side} identity read access to all folders there.`,
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
