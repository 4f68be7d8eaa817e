/** Judges what an operation is about to do by a set of rules. */
import { z } from "zod";
import { goneText } from "../../provider/engine/gone-folders.ts";
import { fromLabel } from "../../provider/engine/label.ts";
import type { Effect } from "../../provider/engine/record/effects.ts";
import { locatorAt, pathBelow } from "../../provider/engine/tree-key.ts";
import { byName } from "../../provider/natural.ts";
import { isSkipped } from "../../provider/resources/skipped.ts";
import { deletionLimit, syncOptions } from "../../provider/schema.ts";
import { hasFingerprints, type PlannedResource, type PlannedSync } from "../review/planned.ts";
import type { PolicyViolation } from "../review/policy-violation.ts";
import type { Place } from "../review/sync-review.ts";
import { matchesHost, matchesKey, matchesPlace, matchesWholly } from "./match.ts";
import type { Policies } from "./schema.ts";

/** What rules need to know of the stack. */
export interface StackFacts {
  hasFingerprintKey: boolean;
  /** `allowInsecureHttp` of the source instance. */
  isSourceInsecure: boolean;
}

/** A violation of a rule by one sync. */
type Finding = Pick<PolicyViolation, "message" | "key">;

type Rule<Name extends keyof Policies> = (
  value: NonNullable<Policies[Name]>["value"],
  sync: PlannedSync,
  resource: PlannedResource,
  facts: StackFacts,
) => Finding[];

/**
 * Every violation of every set: none of them loosens another.
 *
 * @returns mandatory ones first, by sync, rule and key
 */
export function evaluate(
  sets: readonly Policies[],
  planned: readonly PlannedResource[],
  facts: StackFacts,
): PolicyViolation[] {
  const all = planned.flatMap((resource) =>
    resource.sync
      ? sets.flatMap((set) => violations(set, resource.sync as PlannedSync, resource, facts))
      : [],
  );
  const rank = ({ enforcement, sync, rule, key = "" }: PolicyViolation) =>
    JSON.stringify([enforcement === "mandatory" ? 0 : 1, sync, rule, key]);
  const unique = new Map(all.map((each) => [JSON.stringify(each), each]));
  return [...unique.values()].sort((a, b) => byName(rank(a), rank(b)));
}

function violations(
  policies: Policies,
  sync: PlannedSync,
  resource: PlannedResource,
  facts: StackFacts,
): PolicyViolation[] {
  return (Object.keys(RULES) as (keyof Policies)[]).flatMap((name) => {
    const rule = policies[name];
    if (rule === undefined || rule.value === false) return [];
    const judge = RULES[name] as Rule<typeof name>;
    const isOfKeys = OF_KEYS.has(name);
    const isDeleted = resource.operation === "delete";
    // Nothing is written by it in this deployment, which is held to that.
    if (isOfKeys && !isDeleted && isSkipped(resource.inputs)) return [];
    const isOpen = sync.isUnknown || sync.left?.isUnknown || (!isDeleted && !sync.keys);
    const findings =
      isOfKeys && (isOpen || sync.unforeseen !== undefined)
        ? [{ message: `cannot be checked: ${openText(sync)}` }]
        : [
            ...(isOfKeys || name === "requireFingerprintKey" ? unreadable(sync) : []),
            ...judge(rule.value, sync, resource, facts),
          ];
    return findings.map((finding) => ({
      rule: name,
      enforcement: rule.enforcement,
      sync: resource.name,
      ...finding,
    }));
  });
}

/** Rules that say nothing where the keys are not known. */
const OF_KEYS: ReadonlySet<keyof Policies> = new Set([
  "maxDeletes",
  "denyDeletesIn",
  "denyFolderRemoval",
  "denyForeignDeletes",
  "denyForeignOverwrites",
  "denyImports",
  "denyKeys",
]);

const openText = ({ unforeseen }: PlannedSync): string =>
  unforeseen === undefined
    ? "the keys are known only during the deployment"
    : `what the run will write is not known here, since ${unforeseen}`;

/** What another version has written may be anything, a deletion too. */
function unreadable({ effects, changes, left }: PlannedSync): Finding[] {
  const texts = [
    ...effects.flatMap(({ key, kind, text }) => (kind === "unknown" ? [{ key, text }] : [])),
    ...[...changes, ...(left?.changes ?? [])].flatMap(({ key, isUnreadable, before = "" }) =>
      isUnreadable ? [{ key, text: before }] : [],
    ),
  ];
  return texts.map(({ key, text }) => ({
    key,
    message: `cannot be checked: this version of external-infisical does not know what ${JSON.stringify(text)} means; use the version that wrote it`,
  }));
}

/** The source instance removes keys without looking whose they are. */
const hasBlindRemoval = ({ isBlind, left }: PlannedSync): boolean => isBlind || left?.isBlind === true;

const RULES: { [Name in keyof Required<Policies>]: Rule<Name> } = {
  maxDeletes(limit, sync) {
    if (hasBlindRemoval(sync))
      return [{ message: "the source instance would delete keys that nobody can count" }];
    const count = deletesOf(sync).length;
    const most = deletionLimit(limit, sync.present);
    return count > most ? [{ message: `would delete ${count} keys; allowed are ${most} (${limit})` }] : [];
  },

  denyDeletesIn(globs, sync) {
    const blind = [sync, ...(sync.left ? [sync.left] : [])].flatMap(({ isBlind, destination }) =>
      isBlind && destination && matchesPlace(destination, globs) ? [destination] : [],
    );
    if (blind.length > 0)
      return blind.map((place) => ({
        message: `the source instance would delete keys in ${placeText(place)}`,
      }));
    return deletesOf(sync).flatMap(({ key, place }) =>
      place === undefined || matchesPlace(place, globs)
        ? [{ key, message: `would be deleted in ${place ? placeText(place) : "a place that is not known"}` }]
        : [],
    );
  },

  denyFolderRemoval: (_, { goneFolders = [], destination }) =>
    goneFolders.map((folder) => ({
      message: destination ? `in ${placeText(destination)}, ${goneText(folder)}` : goneText(folder),
    })),

  denyForeignDeletes: (_, sync) => [
    ...(hasBlindRemoval(sync)
      ? [{ message: "the source instance would delete keys whoever wrote them" }]
      : []),
    ...withEffect(sync, "delete", "would be deleted, not written by this sync"),
  ],

  denyForeignOverwrites: (_, sync) =>
    withEffect(sync, "overwrite", "would be overwritten, not written by this sync"),

  denyImports: (_, sync) => withEffect(sync, "import", "would be written into the source"),

  denyCopy: (parts, _, { operation, inputs }) => {
    if (operation === "delete") return [];
    const { data } = copying.safeParse(inputs);
    if (!data) return [{ message: "cannot be checked: what it copies beside values is not known" }];
    const copied = data.syncOptions?.copy?.filter((part) => parts.includes(part)) ?? [];
    return copied.map((part) => ({ message: `copies ${part}, by syncOptions.copy` }));
  },

  denyKeys: (globs, { keys = {}, effects, destination }, { operation }) =>
    operation === "delete"
      ? []
      : [
          ...new Set([
            ...Object.keys(keys),
            ...effects.flatMap(({ key, kind }) => (kind === "import" ? [key] : [])),
          ]),
        ]
          .filter((key) => matchesKey(locatedAt(destination, key).name, globs))
          .map((key) => ({ key, message: "may not be synced" })),

  allowedDestinations: (allowed, { destination }, { operation }) => {
    if (operation === "delete") return [];
    if (!destination) return [{ message: "the destination's instance is not known" }];
    const isAllowed = allowed.some((each) =>
      typeof each === "string"
        ? matchesHost(destination.instanceUrl, each)
        : matchesHost(destination.instanceUrl, each.host) && matchesWholly(destination, each.places),
    );
    return isAllowed
      ? []
      : [
          {
            message: `${wholeText(destination)} at ${destination.instanceUrl} is not an allowed destination`,
          },
        ];
  },

  allowedSources: (globs, { source }, { operation }) => {
    if (operation === "delete" || (source && matchesWholly(source, globs))) return [];
    return [{ message: `${source ? wholeText(source) : "the source"} is not an allowed source` }];
  },

  requireDescription: (_, __, { operation, inputs }) =>
    operation === "delete" || String(inputs["description"] ?? "").trim() !== ""
      ? []
      : [{ message: "has no description" }],

  requireFingerprintKey: (_, sync, { operation }, { hasFingerprintKey }) =>
    !hasFingerprintKey && operation !== "delete" && hasFingerprints(sync)
      ? [{ message: "has values with references, and the stack has no fingerprintKey" }]
      : [],

  denyInsecureHttp: (_, __, { operation, inputs }, { isSourceInsecure }) => {
    if (operation === "delete") return [];
    const sides = [
      ...(inputs["allowInsecureHttp"] === true ? ["its connection"] : []),
      ...(isSourceInsecure ? ["the source"] : []),
    ];
    return sides.map((side) => ({ message: `${side} allows unencrypted http` }));
  },
};

const copying = z.object({ syncOptions: syncOptions.pick({ copy: true }).optional() });

/** Every key that goes, and where. */
function deletesOf({
  changes,
  effects,
  destination,
  left,
}: PlannedSync): { key: string; place: Place | undefined }[] {
  const gone = (list: PlannedSync["changes"]) =>
    list.flatMap(({ key, action }) => (action === "delete" ? [key] : []));
  const foreign = effects.flatMap(({ key, kind }) => (kind === "delete" ? [key] : []));
  const here = [...new Set([...gone(changes), ...foreign])].map((key) => ({
    key,
    place: placeOf(destination, key),
  }));
  const there = gone(left?.changes ?? []).map((key) => ({ key, place: placeOf(left?.destination, key) }));
  return [...here, ...there];
}

/** Where a key is, from the destination on, and its name there. */
const locatedAt = (destination: Place | undefined, key: string) =>
  locatorAt(destination ?? {})(fromLabel(key));

/** The folder that a key of the destination is in. */
const placeOf = (destination: Place | undefined, key: string): Place | undefined =>
  destination && {
    ...destination,
    secretPath: pathBelow(destination.secretPath, locatedAt(destination, key).folder),
  };

const withEffect = ({ effects }: PlannedSync, kind: Effect["kind"], message: string): Finding[] =>
  effects.flatMap((effect) => (effect.kind === kind ? [{ key: effect.key, message }] : []));

/** With the whole id: rules name projects by it. */
const placeText = ({ projectId, projectName, environment, secretPath }: Place) =>
  `${projectName === undefined ? projectId : `${projectName} (${projectId})`} ${environment}:${secretPath}`;

const wholeText = (place: Place) => `${placeText(place)}${place.isTree ? " with the folders beneath" : ""}`;
