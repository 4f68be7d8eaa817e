import { toLabel } from "../../../engine/label.ts";
import { byOwner } from "../../../engine/ownership/owners.ts";
import { otherOwner } from "../../../engine/ownership/ownership.ts";
import { loadMemory, type Memory } from "../../../engine/record/memory.ts";
import type { Listing } from "../../../engine/store.ts";
import { BridgeError } from "../../../errors.ts";
import type { Context, Properties } from "../../resource.ts";
import { isSamePair } from "../inputs.ts";
import { recordedIn } from "../outputs.ts";
import { openSource } from "../world.ts";
import { type AtInstance, isOutOfReach, syncAtInstance } from "./at-instance.ts";
import { takesSubfolders } from "./planned-options.ts";
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
  /** The keys of subfolders go too, and are not among `keys`. */
  takesSubfolders: boolean;
}

/** Looks at what is there now; changes nothing. @throws BridgeError `not-found` where the sync is gone */
export async function removalOf(id: string, outputs: Properties, context: Context): Promise<Removal> {
  const at = await syncAtInstance(id, outputs, context);
  const { inputs, row } = at;
  // The source alone is enough to tell the keys: often nobody but the instance can log in at the destination.
  const source = openSource(inputs, context);
  const destination = isOutOfReach(at, context) ? undefined : openReadable(inputs, context)?.destination;
  const [from, to] = await Promise.all([
    source.list({ values: false, expand: false, imports: true }),
    destination?.list({ values: false, expand: false, imports: false }),
  ]);
  const keys = labelsOf(from);
  const there = to && new Set(to.secrets.map(({ key }) => toLabel(key)));
  const { memory } = isSamePair(outputs, inputs) ? recordedIn(outputs) : {};
  return {
    at,
    keys: [...keys].sort(),
    missing: there && [...keys].filter((key) => !there.has(key)).sort(),
    memory: memory && loadMemory(memory),
    takesSubfolders: takesSubfolders(row),
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
  const source = await world.source.list({ values: false, expand: false, imports: true });
  const keys = labelsOf(source);
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

const labelsOf = ({ secrets, imports }: Listing) =>
  new Set([...secrets, ...imports.flat()].map(({ key }) => toLabel(key)));
