/** Whether a state tells the truth about the destination. */
import { z } from "zod";
import { fromLabel } from "../../provider/engine/label.ts";
import { loadMemory } from "../../provider/engine/record/memory.ts";
import { revisionOf, UNKNOWN_REVISION } from "../../provider/engine/revision.ts";
import type { SecretStore } from "../../provider/engine/store.ts";

const labelled = z.record(z.string(), z.string());
const stateShape = z.array(
  z.tuple([
    z.string(),
    z.object({
      kind: z.enum(["connection", "secretSync"]),
      outputs: z.looseObject({
        keys: labelled.optional(),
        memory: labelled.optional(),
        syncStatus: z.enum(["succeeded", "failed"]).optional(),
        destinationConfig: z.object({ secretPath: z.string() }).optional(),
      }),
    }),
  ]),
);

type Outputs = z.output<typeof stateShape>[number][1]["outputs"];

const syncIn = (state: string): Outputs | undefined =>
  stateShape.parse(JSON.parse(state)).find(([, { kind }]) => kind === "secretSync")?.[1].outputs;

/** The places of a sync; `other` is where it may move to. */
export interface Stores {
  source: SecretStore;
  destination: SecretStore;
  other?: SecretStore;
}

/** The keys that a state remembers; undefined where it has no sync. */
export function rememberedKeys(state: string): Set<string> | undefined {
  const sync = syncIn(state);
  return sync && new Set([...loadMemory(sync.memory).keys()].map(fromLabel));
}

/** A claim of a state that is not so. */
export interface Untruth {
  key: string;
  claim: string;
  text: string;
}

/**
 * What the state claims of the destination and is not so. Keys that the instance has changed without telling are
 * passed over: only a look can find out, and the next run looks.
 */
export async function untruths(
  state: string,
  untold: ReadonlySet<string>,
  stores: Stores,
): Promise<Untruth[]> {
  const sync = syncIn(state);
  if (!sync) return [];
  const hasMoved = sync.destinationConfig?.secretPath === stores.other?.place.secretPath;
  const place = (hasMoved && stores.other) || stores.destination;
  const [source, destination] = await Promise.all([
    stores.source.list({ values: true, expand: true, imports: true }),
    place.list({ values: true, expand: false, imports: false }),
  ]);
  const there = new Map(destination.secrets.map((secret) => [secret.key, secret]));
  const wanted = new Map(source.secrets.map((secret) => [revisionOf(secret), secret]));
  const memory = loadMemory(sync.memory);
  const lies: Untruth[] = [];
  const blame = (label: string, claim: string, truth: string) =>
    void lies.push({ key: fromLabel(label), claim, text: `the state claims ${claim}, ${truth}` });
  for (const label of Object.keys(sync.keys ?? {}))
    if (!memory.has(label)) blame(label, `${label}`, "and does not remember it");
  for (const [label, { pushed, destination: left }] of memory) {
    if (untold.has(fromLabel(label)) || left === UNKNOWN_REVISION) continue;
    const secret = there.get(fromLabel(label));
    const claim = `${label} at ${left}`;
    if (!secret) {
      blame(label, claim, "which is not there");
      continue;
    }
    if (revisionOf(secret) !== left) blame(label, claim, `it has ${revisionOf(secret)}`);
    const current = wanted.get(pushed.replace(/~.*/, ""));
    if (current && !current.value.normalised().equals(secret.value))
      blame(label, `that ${label} was pushed as ${pushed}`, "it has another value");
  }
  return lies;
}
