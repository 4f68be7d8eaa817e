import { fromLabel } from "../../../engine/label.ts";
import { glance, type Observed, observe } from "../../../engine/observe.ts";
import { compareParts } from "../../../engine/parts.ts";
import type { Memory } from "../../../engine/record/memory.ts";
import { loadMemory, storeMemory } from "../../../engine/record/memory.ts";
import { changedRevision, isSameSecret, revisionOf } from "../../../engine/revision.ts";
import { skippedText, unlessUnreachable } from "../../outage.ts";
import { isEqual, omit, pick } from "../../properties.ts";
import type { Context, Properties } from "../../resource.ts";
import { INPUTS, type SecretSyncInputs, secretSyncInputs } from "../inputs.ts";
import { HALF_WAY, type Recorded, recordedIn } from "../outputs.ts";
import { openWorld, type World } from "../world.ts";

/** Reads both sides and tells what the destination holds of this sync, so that drift shows by key. */
export async function read(
  olds: Properties,
  context: Context,
): Promise<{ outputs: Properties; inputs: Properties }> {
  const before = recordedIn(olds);
  const outputs = omit(olds, HALF_WAY);
  if (before.keys === undefined) return { outputs, inputs: pick(olds, INPUTS) };
  const inputs = secretSyncInputs.parse(olds);
  const looked = await unlessUnreachable(inputs, context, () =>
    lookAtDestination(openWorld(inputs, context), inputs, before),
  );
  if ("outage" in looked) {
    context.log(skippedText(inputs.name, looked.outage, "its state stays as it is"));
    return { outputs, inputs: pick(olds, INPUTS) };
  }
  const { keys, memory } = looked.answer;
  return {
    outputs: { ...outputs, keys, ...(before.memory && { memory: storeMemory(memory) }) },
    inputs: { ...pick(olds, INPUTS), keys },
  };
}

/** What the destination holds of what is recorded, by key. */
export async function lookAtDestination(
  world: World,
  { syncOptions }: SecretSyncInputs,
  { memory, keys }: Pick<Recorded, "memory" | "keys">,
): Promise<{ keys: Record<string, string>; memory: Memory }> {
  const input = { ...world, options: syncOptions };
  const before = loadMemory(memory);
  const shared = await glance(input);
  const shown = shared && standing(shared, before);
  if (shown && isAsOnRecord(shown, keys, before)) return shown;
  return standing(await observe({ ...input, acceptCached: false }), before);
}

const isAsOnRecord = (
  { keys, memory }: ReturnType<typeof standing>,
  recorded: Recorded["keys"],
  before: Memory,
): boolean => isEqual(keys, recorded ?? {}) && isEqual(storeMemory(memory), storeMemory(before));

/**
 * Keys: the source's revision where values are equal, the remembered one where the destination is as this sync left
 * it, else `changed` and the destination's own. Memory: equal values are as this sync would leave them, so they are
 * remembered under the revision that they have now.
 */
function standing(observed: Observed, memory: Memory) {
  const source = new Map(observed.source.map((secret) => [secret.key, secret]));
  const destination = new Map(observed.destination.secrets.map((secret) => [secret.key, secret]));
  const keys: [string, string][] = [];
  const now = new Map(memory);
  for (const [label, remembered] of memory) {
    const key = fromLabel(label);
    const there = destination.get(key);
    // The next run says so, and forgets it; it has not been looked for at the destination.
    if (observed.leftOut.has(key)) keys.push([label, remembered.pushed]);
    if (!there) continue;
    const wanted = source.get(key);
    const isEqual =
      wanted !== undefined && !wanted.isHidden && !there.isHidden && wanted.value.equals(there.value);
    const revision = revisionOf(there);
    if (revision === remembered.destination || isEqual) keys.push([label, remembered.pushed]);
    else keys.push([label, changedRevision(revision)]);
    // With other parts than the source has, it is not as this sync would leave it.
    if (isEqual && !compareParts(wanted, there) && isSameSecret(remembered.destination, revision))
      now.set(label, { ...remembered, destination: revision });
  }
  return { keys: Object.fromEntries(keys.sort(([a], [b]) => (a < b ? -1 : 1))), memory: now };
}
