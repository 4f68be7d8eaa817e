/** What a plan needs to know of the arguments: most of them, but not those that change nothing of what a run writes. */
import type { z } from "zod";
import { lookUp } from "../../look-up.ts";
import { argumentFacts, syncOptions as options, secretSyncArgs } from "../../schema.ts";
import { holdsUnknown, isPlain, omit } from "../properties.ts";
import type { Properties } from "../resource.ts";
import { type SyncProperties, waitsForTriggers } from "./inputs.ts";

/** The arguments of which the schema says that they decide nothing about keys. */
const unplanned = ({ shape }: z.ZodObject): string[] =>
  Object.entries(shape).flatMap(([name, argument]) =>
    argumentFacts.get(argument)?.decidesKeys === false ? [name] : [],
  );

const IRRELEVANT = unplanned(secretSyncArgs);
const IRRELEVANT_OPTIONS = unplanned(options);

/** True where everything is known that decides what a run writes. */
export const isDecided = (inputs: Properties, unknown: unknown): boolean =>
  !holdsUnknown(relevant(inputs), unknown);

function relevant(inputs: Properties): Properties {
  const { syncOptions } = inputs;
  const rest = omit(inputs, irrelevantIn(inputs));
  return isPlain(syncOptions) ? { ...rest, syncOptions: omit(syncOptions, IRRELEVANT_OPTIONS) } : rest;
}

function irrelevantIn(inputs: SyncProperties): string[] {
  return [
    ...IRRELEVANT,
    // Of a connection that is declared the id is only recorded.
    ...(inputs.connectionName === undefined ? [] : ["connectionId"]),
    // They ask for a run where none is made otherwise.
    ...(waitsForTriggers(inputs) ? [] : ["triggers"]),
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
