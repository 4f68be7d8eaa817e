import { toLabel } from "../../../engine/label.ts";
import { byOwner } from "../../../engine/ownership/owners.ts";
import { otherOwner } from "../../../engine/ownership/ownership.ts";
import { loadMemory, type Memory } from "../../../engine/record/memory.ts";
import { BridgeError } from "../../../errors.ts";
import type { Context, Properties } from "../../resource.ts";
import { isSamePair, type SecretSyncInputs } from "../inputs.ts";
import { recordedIn } from "../outputs.ts";
import { openSourceTree } from "../world.ts";
import { type AtInstance, isOutOfReach, syncAtInstance } from "./at-instance.ts";
import { openReadable } from "./predict.ts";

/** What the instance's own removal would take: it goes by the keys of the source (control-plane §3.13). */
export interface Removal {
  /** The sync as it stands at the instance, wherever it was declared. */
  at: AtInstance;
  /** Labels of the source's keys, sorted. */
  keys: string[];
  /** Those of them that the destination does not have; undefined where it cannot be looked at. */
  missing: string[] | undefined;
  /** What this sync left there; undefined where that was never seen. */
  memory: Memory | undefined;
}

/** Looks at what is there now; changes nothing. @throws BridgeError `not-found` where the sync is gone */
export async function removalOf(id: string, outputs: Properties, context: Context): Promise<Removal> {
  const at = await syncAtInstance(id, outputs, context);
  const { inputs } = at;
  // The source alone is enough to tell the keys: often nobody but the instance can log in at the destination.
  const destination = isOutOfReach(at, context) ? undefined : openReadable(inputs, context)?.destination;
  const [keys, to] = await Promise.all([
    sourceLabels(inputs, context),
    destination?.list({ values: false, expand: false, imports: false }),
  ]);
  const there = to && new Set(to.secrets.map(({ key }) => toLabel(key)));
  const { memory } = isSamePair(outputs, inputs) ? recordedIn(outputs) : {};
  return {
    at,
    keys: [...keys].sort(),
    missing: there && [...keys].filter((key) => !there.has(key)).sort(),
    memory: memory && loadMemory(memory),
  };
}

/**
 * The instance knows no marks; so it is not asked to remove where another sync's are, if that can be seen from here.
 *
 * @throws BridgeError `owned-elsewhere`
 */
export async function guardRemoval(at: AtInstance, context: Context): Promise<void> {
  const world = isOutOfReach(at, context) ? undefined : openReadable(at.inputs, context);
  if (!world) return;
  const { secrets } = await world.destination.list({ values: false, expand: false, imports: false });
  const marked = secrets.flatMap((secret) => {
    const owner = otherOwner(secret, world.ownership);
    return owner === undefined ? [] : [{ label: toLabel(secret.key), owner }];
  });
  if (marked.length === 0) return;
  const keys = await sourceLabels(at.inputs, context);
  const claimed = marked.filter(({ label }) => keys.has(label));
  if (claimed.length === 0) return;
  throw new BridgeError(
    "owned-elsewhere",
    `The instance would remove keys that are marked as another sync's: ${byOwner(claimed).join("; ")}; nothing was removed.`,
    {
      hint: "`external-infisical remove --execution engine` removes those that this sync created. To delete the sync and leave all keys there, set removeSecretsOnDelete to false.",
    },
  );
}

/** Names alone: of those that several folders have, a removal takes the first and does not fail (control-plane §3.15). */
async function sourceLabels(inputs: SecretSyncInputs, context: Context): Promise<Set<string>> {
  const source = openSourceTree(inputs, context);
  const { secrets, imports } = await source.list({ values: false, expand: false, imports: true });
  return new Set([...secrets, ...imports.flat()].map(({ key }) => toLabel(source.locate(key).name)));
}
