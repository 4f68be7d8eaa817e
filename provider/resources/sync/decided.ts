/** What a plan needs to know of the arguments: most of them, but not those that change nothing of what a run writes. */
import { lookUp } from "../../look-up.ts";
import { holdsUnknown, isPlain, omit } from "../properties.ts";
import type { Properties } from "../resource.ts";

const IRRELEVANT = [
  "description",
  "removeSecretsOnDelete",
  "onDestinationChange",
  "waitForSync",
  "waitTimeoutSeconds",
];
/** Limits of a run, and what is done when it fails: the run itself knows them. */
const IRRELEVANT_OPTIONS = ["maxDeletes", "onFailure"];

/** True where everything is known that decides what a run writes. */
export const isDecided = (inputs: Properties, unknown: unknown): boolean =>
  !holdsUnknown(relevant(inputs), unknown);

function relevant(inputs: Properties): Properties {
  const { syncOptions } = inputs;
  const rest = omit(inputs, irrelevantIn(inputs));
  return isPlain(syncOptions) ? { ...rest, syncOptions: omit(syncOptions, IRRELEVANT_OPTIONS) } : rest;
}

function irrelevantIn({ connectionName, isAutoSyncEnabled }: Properties): string[] {
  return [
    ...IRRELEVANT,
    // Of a connection that is declared the id is only recorded.
    ...(connectionName === undefined ? [] : ["connectionId"]),
    // They ask for a run where none is made otherwise.
    ...(isAutoSyncEnabled === false ? [] : ["triggers"]),
  ];
}

/** The inputs without those that are not known and need not be, so that the others can be parsed. */
export function withoutIrrelevant(inputs: Properties, unknown: unknown): Properties {
  const { syncOptions, connectionId } = inputs;
  const open = (properties: Properties, names: readonly string[]) =>
    names.filter((name) => holdsUnknown(lookUp(properties, name), unknown));
  const names = open(inputs, irrelevantIn(inputs));
  return {
    ...omit(inputs, names),
    ...(names.includes("connectionId") &&
      connectionId !== undefined && { connectionId: "known after apply" }),
    ...(isPlain(syncOptions) && { syncOptions: omit(syncOptions, open(syncOptions, IRRELEVANT_OPTIONS)) }),
  };
}
