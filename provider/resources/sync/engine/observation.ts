/**
 * What a look at both sides found, small enough to be kept beside a state and without values. From it the
 * next run is planned again without a network: what an adapter announces that may not look while planning.
 */
import { z } from "zod";
import type { DesiredSecret } from "../../../engine/desired.ts";
import { guard } from "../../../engine/guard/guard.ts";
import { rotatedIn } from "../../../engine/guard/instance.ts";
import { guardReadable } from "../../../engine/guard/readable.ts";
import { fromLabel, toLabel } from "../../../engine/label.ts";
import { observe } from "../../../engine/observe.ts";
import { MARK, markIn, type Ownership, ownerIn } from "../../../engine/ownership/ownership.ts";
import { pairUp } from "../../../engine/pairs.ts";
import { compareParts, partsToWrite } from "../../../engine/parts.ts";
import { type Plan, plan } from "../../../engine/plan.ts";
import { isPushed, revisionOf, versionIn } from "../../../engine/revision.ts";
import type { ListedSecret, MetadataItem, SecretParts } from "../../../engine/store.ts";
import { lookUp } from "../../../look-up.ts";
import { PARTS, type SyncOptions } from "../../../schema.ts";
import { SecretValue } from "../../../secret-value.ts";
import type { Context, Properties } from "../../resource.ts";
import { secretSyncInputs } from "../inputs.ts";
import { openWorld } from "../world.ts";

const NOTHING = "-";
const EQUAL = "=";

export const observation = z.object({
  /**
   * Label → `<source> <destination>`, and ` =` where their values are equal. Keys that are on record as pushed and
   * equal on both sides, mostly nearly all, are left out.
   */
  pairs: z.record(z.string(), z.string()),
  /** Labels of values with references that the source could not resolve. */
  unresolved: z.array(z.string()),
  /** The mark of keys that `marks` does not name; absent where those carry none. */
  mark: z.string().optional(),
  /** Label → mark, empty for none. */
  marks: z.record(z.string(), z.string()).optional(),
  /** Labels of keys with encrypted metadata, which are not marked. */
  encrypted: z.array(z.string()).optional(),
  /** Labels of keys that the destination rotates by itself; absent where there are none. */
  rotated: z.array(z.string()).optional(),
  /**
   * Label → which parts that are copied differ, and after a slash those of them that the destination has; absent where none
   * differ.
   */
  parts: z.record(z.string(), z.string()).optional(),
  /** Labels of keys on record that the filter leaves out; absent where there are none. */
  leftOut: z.array(z.string()).optional(),
});
export type Observation = z.output<typeof observation>;

/**
 * Looks at both sides; lists that this process has just read are not read again.
 *
 * @param keys the keys on record, as a `read` right before told them
 * @throws BridgeError among others `partial-read`
 */
export async function observeRevisions(
  olds: Properties,
  keys: Readonly<Record<string, string>>,
  context: Context,
): Promise<Observation> {
  const inputs = secretSyncInputs.parse(olds);
  const world = openWorld(inputs, context);
  const observed = await observe({ ...world, options: inputs.syncOptions, acceptCached: true });
  guardReadable(observed.source, observed.destination.secrets);
  const both = pairUp(observed.source, observed.destination.secrets);
  const parts = both.flatMap(({ label, source, destination }): [string, string][] => {
    const differing = source && destination && compareParts(source, destination);
    return differing ? [[label, `${differing.parts}/${differing.overwritten}`]] : [];
  });
  const pairs = both.flatMap(({ label, source, destination }): [string, string][] => {
    const isEqual =
      source !== undefined && destination !== undefined && source.value.equals(destination.value);
    if (isEqual && isPushed(lookUp(keys, label))) return [];
    const sides = [source?.revision ?? NOTHING, destination ? revisionOf(destination) : NOTHING];
    return [[label, [...sides, ...(isEqual ? [EQUAL] : [])].join(" ")]];
  });
  const rotated = [...rotatedIn(observed.destination.secrets)].map(toLabel);
  const leftOut = Object.keys(keys).filter((label) => observed.leftOut.has(fromLabel(label)));
  return {
    ...observedMarks(observed.destination.secrets, world.ownership.mark),
    pairs: Object.fromEntries(pairs),
    unresolved: observed.source.filter(({ isUnresolved }) => isUnresolved).map(({ key }) => toLabel(key)),
    ...(rotated.length > 0 && { rotated }),
    ...(parts.length > 0 && { parts: Object.fromEntries(parts) }),
    ...(leftOut.length > 0 && { leftOut }),
  };
}

/** Marks as they differ from what most keys are expected to carry. */
function observedMarks(secrets: readonly ListedSecret[], mark: string | undefined) {
  const usual = mark === undefined ? undefined : ownerIn(mark);
  const marks: [string, string][] = [];
  const encrypted: string[] = [];
  for (const secret of secrets) {
    const there = secret.metadata === undefined ? undefined : markIn(secret);
    if ((there === undefined ? undefined : ownerIn(there)) !== usual)
      marks.push([toLabel(secret.key), there ?? ""]);
    if (secret.metadata?.some(({ isEncrypted }) => isEncrypted)) encrypted.push(toLabel(secret.key));
  }
  return {
    ...(mark !== undefined && { mark }),
    ...(marks.length > 0 && { marks: Object.fromEntries(marks) }),
    ...(encrypted.length > 0 && { encrypted }),
  };
}

/** Metadata that leads to the same plan as what was seen. */
function metadataIn({ mark, marks = {}, encrypted = [] }: Observation) {
  const hidden = new Set(encrypted);
  return (label: string): { metadata?: MetadataItem[] } => {
    const there = lookUp(marks, label) ?? mark;
    const metadata = [
      ...(there ? [{ key: MARK, value: there, isEncrypted: false }] : []),
      ...(hidden.has(label) ? [{ key: "", value: "", isEncrypted: true }] : []),
    ];
    return metadata.length > 0 ? { metadata } : {};
  };
}

/** What is copied, so that it differs as was seen: the source has a part that the destination lacks, or the other way. */
function copiedIn({ parts = {} }: Observation) {
  return (label: string): Record<"source" | "destination", { copied?: SecretParts }> => {
    const text = lookUp(parts, label);
    if (text === undefined) return { source: {}, destination: {} };
    const [differing = [], overwritten = []] = text.split("/").map((list) => list.split(","));
    const some = (names: readonly string[]) => ({
      copied: partsToWrite(
        PARTS.filter((part) => names.includes(part)),
        STAND_IN,
      ),
    });
    return {
      source: some(differing.filter((part) => !overwritten.includes(part))),
      destination: some(overwritten),
    };
  };
}

/** Differs from none of each. */
const STAND_IN: Required<SecretParts> = {
  comment: new SecretValue(EQUAL),
  tags: [{ slug: EQUAL }],
  metadata: [{ key: EQUAL, value: "", isEncrypted: false }],
  multiline: true,
  reminder: { note: new SecretValue(EQUAL), repeatDays: 1 },
};

/**
 * The plan that the engine makes of what was observed, by its own rules; equal input gives an equal plan.
 *
 * @throws BridgeError where a guard refuses the run; limits that depend on values are checked by the run
 */
export function replan(
  observed: Observation,
  keys: Readonly<Record<string, string>>,
  options: SyncOptions,
  ownership: Ownership,
): Plan {
  const metadataOf = metadataIn(observed);
  const copiedOf = copiedIn(observed);
  const source: DesiredSecret[] = [];
  const destination: ListedSecret[] = [];
  const unresolved = new Set(observed.unresolved);
  const leftOut = new Set(observed.leftOut);
  const add = (label: string, [from, to, equal]: readonly (string | undefined)[]) => {
    const key = fromLabel(label);
    const copied = copiedOf(label);
    if (from !== undefined && from !== NOTHING)
      source.push({
        key,
        value: new SecretValue(EQUAL),
        revision: from,
        isOwn: true,
        isHidden: false,
        isUnresolved: unresolved.has(label),
        ...copied.source,
      });
    if (to !== undefined && to !== NOTHING)
      destination.push({
        key,
        value: new SecretValue(equal ?? ""),
        ...versionOf(to),
        isHidden: false,
        ...metadataOf(label),
        ...copied.destination,
      });
  };
  for (const [label, text] of Object.entries(observed.pairs)) add(label, text.split(" "));
  // Equal on both sides: the plan keeps the revision on record, whatever stands here.
  for (const [label, revision] of Object.entries(keys))
    if (!Object.hasOwn(observed.pairs, label) && !leftOut.has(label)) add(label, [revision, revision, EQUAL]);

  const planned = plan({
    source,
    destination,
    destinationFolderExists: true,
    leftOut: new Set([...leftOut].map(fromLabel)),
    known: new Map(Object.entries(keys)),
    isFirstRun: false,
    options,
    ownership,
  });
  guard({
    plan: planned,
    options,
    rotated: { destination: new Set(observed.rotated?.map(fromLabel)) },
  });
  return planned;
}

/** The parts of a revision; a secret with them has the same revision again. */
function versionOf(revision: string): { id: string; version: number } {
  const at = revision.indexOf("@");
  return { id: revision.slice(at + 1), version: versionIn(revision) };
}
