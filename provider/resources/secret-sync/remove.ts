import { removeListed } from "../../engine/apply.ts";
import { some } from "../../engine/guard.ts";
import { fromLabel } from "../../engine/label.ts";
import { loadMemory } from "../../engine/memory.ts";
import { isSameSecret } from "../../engine/revision.ts";
import type { Place } from "../../engine/store.ts";
import { describePlace } from "../places.ts";
import type { Context, Properties } from "../resource.ts";
import { withDestination, writerOf } from "../session.ts";
import { placesOf, type SecretSyncInputs, secretSyncInputs } from "./inputs.ts";
import { type Recorded, recordedIn } from "./outputs.ts";
import { openDestination } from "./world.ts";

/** Deletes what the sync created at its destination if it was asked to; needs no network otherwise. */
export async function remove(olds: Properties, context: Context): Promise<void> {
  if (olds["removeSecretsOnDelete"] !== true) return;
  const inputs = secretSyncInputs.parse(olds);
  await removeCreated(inputs, recordedIn(olds), inputs.name, context);
}

/**
 * Deletes the keys that a sync created at a destination, and nothing else: no adopted ones, none that
 * somebody made anew, none where another sync of this deployment writes now, and none before a first success.
 */
export async function removeCreated(
  inputs: SecretSyncInputs,
  recorded: Recorded,
  name: string,
  context: Context,
): Promise<void> {
  const place = placesOf(inputs, context.config).destination;
  const memory = [...loadMemory(recorded.memory)];
  const created = memory
    .filter(([, key]) => key.origin === "created")
    .map(([label, key]) => ({ label, key: fromLabel(label), destination: key.destination }));
  if (recorded.lastSyncedAt === undefined || created.length === 0) return;
  let removed = 0;
  const changed = await withDestination(place, async () => {
    // In its turn: an engine that deletes and creates side by side may have begun with the deletion.
    if (hasOtherWriter(place, name, context)) return undefined;
    const { destination } = openDestination(inputs, context);
    return removeListed(destination, created, () => removed++, isSameSecret);
  });
  if (!changed) return;
  context.log(`${name}: ${removed} ${removed === 1 ? "key" : "keys"} removed at ${describePlace(place)}`);
  const left = [
    ...memory.filter(([, key]) => key.origin === "adopted").map(([label]) => label),
    ...changed.map(({ label }) => label),
  ];
  if (left.length > 0) context.log(`${name}: left there, since this sync did not create them: ${some(left)}`);
}

/** True, and told, where a sync of this deployment writes what is to be removed: it has just taken that over. */
export function hasOtherWriter(place: Place, name: string, context: Context): boolean {
  const writer = writerOf(place);
  if (writer === undefined) return false;
  context.log(
    `${name}: nothing removed at ${describePlace(place)}, since the sync "${writer}" writes there now`,
  );
  return true;
}
