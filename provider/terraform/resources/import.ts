/** `terraform import`: what was found, as a state. */
import { lookUp } from "../../look-up.ts";
import { importedConnection, importedSync } from "../../resources/imports/imports.ts";
import type { Properties } from "../../resources/index.ts";
import { connectionArgs, secretSyncArgs } from "../../schema.ts";
import { type Context, notLookedAt, type Standing } from "../managed-resource.ts";
import { fromProperties } from "../properties.ts";
import { type Attributes, argumentsOf } from "../schema.ts";
import type { ObjectValue } from "../value.ts";
import { CONNECTION, connectionValue } from "./connection-attribute.ts";

export async function importConnection(id: string, context: Context): Promise<Standing> {
  const found = await importedConnection(id, context);
  return {
    state: { ...withDefaults(argumentsOf(connectionArgs), found.inputs), id: found.id },
    kept: { outputs: {} },
  };
}

export async function importSync(id: string, context: Context): Promise<Standing> {
  const { inputs, outputs, unseen, isNamedOnly, ...found } = await importedSync(id, context);
  const args = argumentsOf(secretSyncArgs);
  if (isNamedOnly)
    return {
      state: { ...fromProperties(args, inputs), id: found.id },
      kept: { outputs, isImported: true },
    };
  const { keys, ...kept } = outputs;
  return {
    state: {
      ...withDefaults(args, inputs),
      [CONNECTION]: connectionValue(inputs),
      id: found.id,
      ...(keys !== undefined && { keys: keys as ObjectValue }),
    },
    kept: { outputs: kept },
    ...(unseen !== undefined && { problems: [notLookedAt("sync", unseen)] }),
  };
}

/** What an instance has is known in full: a configuration may spell a default out or leave it out. */
function withDefaults(attributes: Attributes, inputs: Properties): ObjectValue {
  const values = fromProperties(attributes, inputs);
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { standard }]) => [
      name,
      lookUp(values, name) ?? standard ?? null,
    ]),
  );
}
