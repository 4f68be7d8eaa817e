/** What a plan file says of a preview. */
import { omit } from "../../provider/resources/properties.ts";
import { EngineError } from "../engines/engine.ts";
import type { PlannedResource, PlannedSync, Properties } from "../review/planned.ts";
import { isOurType, isSyncType, type KeyChange, type SyncReview } from "../review/sync-review.ts";
import { canonicalJson } from "./canonical.ts";
import type { PlanContent } from "./plan-file.ts";
import type { PlanKey } from "./plan-key.ts";

export interface Circumstances {
  tool: string;
  project: string;
  stack: string;
  now: Date;
  /** Base URL of the source instance. */
  sourceOrigin: string;
  /** What alone was looked at. */
  targets?: readonly string[] | undefined;
}

/**
 * Makes the content of a plan file.
 *
 * @throws EngineError `unsupported` where the preview could not know what will be written
 */
export function planContent(
  planned: readonly PlannedResource[],
  { tool, project, stack, now, sourceOrigin, targets }: Circumstances,
  key: PlanKey,
): PlanContent {
  const unknown = planned
    .filter(({ sync }) => sync?.isUnknown || sync?.left?.isUnknown)
    .map(({ name }) => name);
  if (unknown.length > 0) {
    throw new EngineError(
      "unsupported",
      `No plan file can be made: what is written by ${unknown.join(", ")} is known only during the deployment.`,
      { hint: "Deploy what these syncs depend on first." },
    );
  }
  return {
    version: 1,
    tool,
    project,
    stack,
    createdAt: now.toISOString(),
    ...(targets && { targets: [...targets] }),
    connections: planned
      .filter(({ type }) => isOurType(type) && !isSyncType(type))
      .map(({ urn, operation, inputs }) => ({ urn, operation, options: optionsOf(inputs, key) })),
    syncs: planned.flatMap(({ urn, operation, inputs, sync }) =>
      sync
        ? [
            {
              urn,
              operation,
              ...syncContent(sync, sourceOrigin),
              // The places are told already, where they are known.
              options: optionsOf(sync.destination ? omit(inputs, PLACES) : inputs, key),
            },
          ]
        : [],
    ),
    others: planned
      .filter(({ type, operation }) => !isOurType(type) && operation !== "same")
      .map(({ urn, operation, inputs }) => ({ urn, operation, inputs: key.fingerprint(inputs) })),
  };
}

type SyncContent = Omit<PlanContent["syncs"][number], "urn" | "operation" | "options">;

function syncContent(sync: PlannedSync, sourceOrigin: string): SyncContent {
  const { source, destination, keys, effects, changes, left } = sync;
  return {
    ...(source && { source: placeOf({ ...source, instanceUrl: sourceOrigin }) }),
    ...(destination && { destination: placeOf(destination) }),
    ...(keys && { keys }),
    effects: Object.fromEntries(effects.map(({ key, text }) => [key, text])),
    deletes: deletesIn(changes),
    ...(left && {
      left: {
        ...(left.destination && { destination: placeOf(left.destination) }),
        deletes: deletesIn(left.changes),
      },
    }),
  };
}

/** Projects by their ids alone: names are for people, and may not be there at the next look. */
const placeOf = ({
  instanceUrl,
  projectId,
  environment,
  secretPath,
}: NonNullable<SyncReview["destination"]>) => ({ origin: instanceUrl, projectId, environment, secretPath });

const deletesIn = (changes: readonly KeyChange[]) =>
  Object.fromEntries(
    changes.flatMap(({ key, action, before }) => (action === "delete" ? [[key, before ?? ""]] : [])),
  );

const PLACES = ["projectId", "environment", "secretPath", "destinationConfig", "instanceUrl"];

/** Arguments as text, options under dotted names. Triggers may be anything, so they are not told. */
function optionsOf(inputs: Properties, key: PlanKey): Record<string, string> {
  const entries = Object.entries(inputs).flatMap(([name, value]): [string, string][] => {
    if (name === "triggers") return [[name, `fingerprint ${key.fingerprint(value)}`]];
    if (name !== "syncOptions" || typeof value !== "object" || value === null) return [[name, told(value)]];
    return Object.entries(value).map(([inner, option]) => [`${name}.${inner}`, told(option)]);
  });
  return Object.fromEntries(entries);
}

const told = (value: unknown): string => (typeof value === "string" ? value : canonicalJson(value).trimEnd());
