import { isAsItWas, removeListed } from "../../../engine/apply.ts";
import { fromLabel } from "../../../engine/label.ts";
import { byOwner } from "../../../engine/ownership/owners.ts";
import { otherOwner } from "../../../engine/ownership/ownership.ts";
import { loadMemory } from "../../../engine/record/memory.ts";
import { isSameSecret, revisionOf } from "../../../engine/revision.ts";
import { some } from "../../../engine/shortened.ts";
import type { ListedSecret, Place } from "../../../engine/store.ts";
import { BridgeError, isRefusal } from "../../../errors.ts";
import { executionOf } from "../../execution.ts";
import { describePlace } from "../../places.ts";
import type { Context } from "../../resource.ts";
import { placesOf, type SecretSyncInputs, type SyncProperties, secretSyncInputs } from "../inputs.ts";
import { type Recorded, recordedIn } from "../outputs.ts";
import { ownershipOf } from "../ownership.ts";
import { untouched } from "../untouched.ts";
import { openDestination } from "../world.ts";
import { foldersOf } from "./made-folders.ts";

/** Deletes what the sync created at its destination if it was asked to; needs no network otherwise. */
export async function remove(olds: SyncProperties, context: Context): Promise<void> {
  if (olds.removeSecretsOnDelete !== true) return;
  const recorded = recordedIn(olds);
  // Arguments that no run could be made with are on record of syncs that never ran.
  if (recorded.lastSyncedAt === undefined) return;
  const inputs = secretSyncInputs.parse(olds);
  await removeCreated(inputs, recorded, inputs.name, context);
}

/**
 * Deletes the keys that a sync created at a destination, as it left them, and nothing else: no adopted ones, none
 * that somebody made anew or changed since, none that another sync has marked, none where another sync of this
 * deployment writes now, and none before a first success. Where that leaves nothing to delete, it says so.
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
  if (recorded.lastSyncedAt === undefined || memory.length === 0) return;
  const ownership = ownershipOf(inputs, recorded.formerOwners ?? [], context.config.host);
  const isAsLeft = executionOf(inputs) === "native" ? isStillOne : isAsItWas;
  let removed = 0;
  const left = await context.shared.withDestination(place, async () => {
    // In its turn: an engine that deletes and creates side by side may have begun with the deletion.
    if (hasOtherWriter(place, name, context)) return undefined;
    if (created.length === 0) return [];
    const { destination } = openDestination(inputs, context);
    const folders = foldersOf(inputs, destination, context);
    // What lists leave out would count as removed.
    const hidden = await destination.hiddenFolders(created.map(({ key }) => key));
    if (hidden.length > 0) throw untouched(hiddenAtDestination(hidden));
    const left = await removeListed(
      destination,
      created,
      () => removed++,
      (key, now) => otherOwner(now, ownership) === undefined && isAsLeft(key, now),
    ).catch((error: unknown) => {
      throw removed === 0 && isRefusal(error) ? untouched(error) : error;
    });
    await folders.remove(recorded.madeFolders ?? {});
    return left;
  });
  if (!left) return;
  const gone = removed === 0 ? "nothing" : removed === 1 ? "1 key" : `${removed} keys`;
  context.log(`${name}: ${gone} removed at ${describePlace(place)}`);
  const marked = left.flatMap(({ change: { label }, now }) => {
    const owner = otherOwner(now, ownership);
    return owner === undefined ? [] : [{ label, owner }];
  });
  const changed = left.filter(({ now }) => otherOwner(now, ownership) === undefined);
  const isOne = ({ change, now }: (typeof left)[number]) => isStillOne(change, now);
  const others = [
    ...memory.filter(([, key]) => key.origin === "adopted").map(([label]) => label),
    ...changed.filter((one) => !isOne(one)).map(({ change }) => change.label),
  ];
  const tell = (why: string, keys: readonly string[]) => {
    if (keys.length > 0) context.log(`${name}: left there, since ${why}: ${some(keys)}`);
  };
  tell("this sync did not create them", others);
  tell(
    "somebody changed them after this sync wrote them",
    changed.filter(isOne).map(({ change }) => change.label),
  );
  if (marked.length > 0)
    context.log(
      `${name}: left there, since they are marked as another sync's: ${byOwner(marked).join("; ")}`,
    );
}

const hiddenAtDestination = (folders: readonly string[]) =>
  new BridgeError(
    "partial-read",
    `The destination has folders that its identity may not read, with keys to be removed: ${some(folders)}.`,
    {
      path: "destinationConfig.secretPath",
      hint: "Give the destination identity access to them, or set removeSecretsOnDelete to false.",
    },
  );

/** The same secret, whatever was written to it since: an instance writes without telling the state. */
const isStillOne = ({ destination }: { destination: string }, now: ListedSecret) =>
  isSameSecret(destination, revisionOf(now));

/** True, and told, where a sync of this deployment writes what is to be removed: it has just taken that over. */
export function hasOtherWriter(place: Place, name: string, context: Context): boolean {
  const writer = context.shared.claims.writerOf(place);
  if (writer === undefined) return false;
  context.log(
    `${name}: nothing removed at ${describePlace(place)}, since the sync "${writer}" writes there now`,
  );
  return true;
}
