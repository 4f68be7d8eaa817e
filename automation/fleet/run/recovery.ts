/**
 * A run says what it is about to write before it does, as its intent. Where an intent is found, a run has ended without telling
 * how: what it may have written is taken for the sync's own, so that nothing of it counts as somebody else's. It is so where that
 * run has written: of a sync that was moved since, or by it, nothing follows for other places.
 */
import { randomUUID } from "node:crypto";
import { loadMemory, storeMemory } from "../../../provider/engine/record/memory.ts";
import { omit } from "../../../provider/resources/properties.ts";
import type { Properties } from "../../../provider/resources/resource.ts";
import { isSamePair, plannedIn } from "../../../provider/resources/sync/inputs.ts";
import { recordedIn } from "../../../provider/resources/sync/outputs.ts";
import type { PlannedResource } from "../../review/planned.ts";
import type { SyncRow } from "../rows/rows.ts";

/** What a run starts from. */
export interface Start {
  inputs: Properties | undefined;
  outputs: Properties | undefined;
}

/** The intent's own property: labels of the keys that were to be created. */
const CREATED = "created";

/** @param earlier what a run before this one may have written, and nobody knows yet */
export function intentOf(
  inputs: Properties,
  { sync }: PlannedResource,
  earlier: Properties | null,
): Properties {
  const created = sync?.changes.flatMap(({ key, action }) => (action === "create" ? [key] : [])) ?? [];
  const before = earlier && isSamePair(earlier, inputs) ? earlier : undefined;
  return {
    ...inputs,
    keys: { ...(before && plannedIn(omit(before, [CREATED])).keys), ...plannedIn(inputs).keys },
    [CREATED]: [...new Set([...createdIn(before), ...created])],
  };
}

const createdIn = (intent: Properties | undefined): string[] => (intent?.[CREATED] ?? []) as string[];

/** @param now of outputs that are made up */
export function startOf(row: Pick<SyncRow, "inputs" | "outputs" | "intent">, now: Date): Start {
  const { intent } = row;
  const [inputs, outputs] = [row.inputs ?? undefined, row.outputs ?? undefined];
  if (!intent) return { inputs, outputs };
  const intended = omit(intent, [CREATED]);
  if (!inputs || !outputs) {
    // A first run that imports is one again: what it has not imported yet would count as superfluous.
    if (isImporting(intended)) return { inputs: undefined, outputs: undefined };
    const made = { syncId: randomUUID(), createdAt: now.toISOString(), memory: {} };
    return { inputs: intended, outputs: { ...intended, ...made } };
  }
  // It has moved: what is on record is of the place that it has left.
  if (!isSamePair(intended, outputs)) return { inputs, outputs };
  const keys = { ...plannedIn(intended).keys, ...recordedIn(outputs).keys };
  const known = { ...keys, ...plannedIn(inputs).keys };
  return {
    inputs: { ...inputs, keys: known },
    outputs: { ...omit(outputs, ["intendedKeys", "earlierPlan"]), keys: known },
  };
}

function isImporting({ syncOptions }: Properties): boolean {
  const { initialSyncBehavior } = (syncOptions ?? {}) as { initialSyncBehavior?: unknown };
  return initialSyncBehavior !== "overwrite-destination";
}

/** Keys that were found equal, and that a run before this one was to create, are created ones. */
export function withCreated(
  outputs: Properties,
  { intent, outputs: before }: Pick<SyncRow, "intent" | "outputs">,
): Properties {
  const created = intent && isSamePair(intent, outputs) ? createdIn(intent) : [];
  if (created.length === 0 || !outputs["memory"]) return outputs;
  const isSame = before !== null && isSamePair(before, outputs);
  const old = loadMemory(isSame ? recordedIn(before).memory : undefined);
  const memory = loadMemory(recordedIn(outputs).memory);
  for (const label of created) {
    const key = memory.get(label);
    if (key && !old.has(label)) memory.set(label, { ...key, origin: "created" });
  }
  return { ...outputs, memory: storeMemory(memory) };
}
