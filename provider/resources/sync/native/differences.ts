/**
 * What the instance has otherwise than declared, argument by argument. Nothing in it is secret: an instance does not
 * tell client secrets.
 */
import type { z } from "zod";
import type { ConnectionRow, SyncRow } from "../../../infisical/control-plane/index.ts";
import { lookUp } from "../../../look-up.ts";
import { connectionArgs, productOptions } from "../../../schema.ts";
import { holdsUnknown, isEqual, omit, pick, present } from "../../properties.ts";
import type { Properties } from "../../resource.ts";
import { nativeSyncInputs } from "./inputs.ts";

export interface Difference {
  /** Name of the argument; of an object, of one of its parts: `destinationConfig.secretPath`. */
  argument: string;
  /** What the instance has; undefined where it has none. */
  instance: unknown;
  declared: unknown;
}

/** @param declared arguments of the sync; those that are missing or not valid are not compared */
export const syncDifferences = (row: SyncRow, declared: Properties): Difference[] =>
  differences(syncArgumentsAt(row), declared, nativeSyncInputs);

/** @param declared arguments of the connection, or those that a sync has from it */
export const connectionDifferences = (row: ConnectionRow, declared: Properties): Difference[] =>
  differences(connectionArgumentsAt(row), declared, connectionArgs);

/**
 * Those that are there already under the arguments of before: somebody has changed the instance, not the declaration.
 *
 * @param compare with what is declared
 * @param unknown what stands for a value that is not known yet
 */
export function changedUnseen(
  compare: (declared: Properties) => Difference[],
  olds: Properties,
  news: Properties,
  unknown: unknown,
): Difference[] {
  const open = Object.keys(news).filter((name) => holdsUnknown(lookUp(news, name), unknown));
  const before = compare(olds);
  return compare(omit(news, open)).filter(({ argument, declared }) =>
    before.some((one) => one.argument === argument && isEqual(one.declared, declared)),
  );
}

/** The arguments that would leave the sync as it is at the instance. */
export const syncArgumentsAt = (row: SyncRow) => ({
  name: row.name,
  connectionId: row.connectionId,
  isAutoSyncEnabled: row.isAutoSyncEnabled,
  description: row.description || undefined,
  environment: row.environment?.slug,
  secretPath: row.folder?.path,
  destinationConfig: pick(row.destinationConfig, ["projectId", "environment", "secretPath"]),
  syncOptions: productOptionsAt(row),
});

export const PRODUCT_OPTIONS = Object.keys(productOptions.shape);

/** With the default of what an instance leaves out. */
const productOptionsAt = ({ syncOptions }: SyncRow): Properties =>
  present(
    Object.fromEntries(
      Object.entries(productOptions.shape).map(([name, option]) => [
        name,
        lookUp(syncOptions, name) ?? option.safeParse(undefined).data,
      ]),
    ),
  );

/** The arguments that would leave the connection as it is at the instance, but for its client secret. */
export const connectionArgumentsAt = ({ name, description, credentials }: ConnectionRow) => ({
  name,
  description: description || undefined,
  instanceUrl: credentials.instanceUrl,
  machineIdentityClientId: credentials.machineIdentityClientId,
});

function differences(there: Properties, declared: Properties, schema: z.ZodObject): Difference[] {
  return Object.entries(there).flatMap(([name, value]): Difference[] => {
    const argument = lookUp<z.ZodType>(schema.shape, name);
    if (!argument) return [];
    const meant = argument.safeParse(lookUp(declared, name));
    if (!meant.success) return [];
    // In its normal form, where it has one.
    const found = argument.safeParse(value).data ?? value;
    return partsOf(value).flatMap((part): Difference[] => {
      const [instance, wanted] = [partOf(found, part), partOf(meant.data, part)];
      if (isEqual(instance, wanted)) return [];
      return [{ argument: [name, ...part].join("."), instance, declared: wanted }];
    });
  });
}

type Part = [] | [name: string];

const partsOf = (value: unknown): Part[] =>
  typeof value === "object" && value !== null ? Object.keys(value).map((name): Part => [name]) : [[]];

const partOf = (value: unknown, [name]: Part): unknown =>
  name === undefined ? value : lookUp(value as Properties, name);
