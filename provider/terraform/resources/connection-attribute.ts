/** The connection that a sync or a data source uses: an object, to which a connection resource fits whole. */
import { destinationConnection } from "../../attributes.ts";
import { lookUp } from "../../look-up.ts";
import { engineConnectionId } from "../../resources/connection/engine.ts";
import type { Properties } from "../../resources/index.ts";
import { holdsUnknown, pick } from "../../resources/properties.ts";
import { secretSyncArgs } from "../../schema.ts";
import { toSnakeCase } from "../names.ts";
import { fromProperties, toProperties } from "../properties.ts";
import { type Attribute, argumentsOf, mapAttributes, objectIn } from "../schema.ts";
import { type ObjectValue, UNKNOWN, type Value } from "../value.ts";

/** Input of a sync that comes from its connection → name of the connection's own property. */
const FROM_CONNECTION = new Map(
  Object.keys(destinationConnection.shape).map((property) => [inputOf(property), property]),
);

/** A sync has an `id`, a `name` and an `execution` of its own. */
function inputOf(property: string): string {
  const isOfBoth = Object.hasOwn(secretSyncArgs.shape, property) || property === "id";
  return isOfBoth ? `connection${property.charAt(0).toUpperCase()}${property.slice(1)}` : property;
}

// What is needed depends on the execution; a whole connection has everything, and no defaults.
const attributes = mapAttributes(argumentsOf(destinationConnection), ({ standard: _none, ...attribute }) => ({
  ...attribute,
  use: "optional",
}));

/** Not `connection`: Terraform keeps that name for itself in every resource, which JSON configurations hit. */
export const CONNECTION = "destination_connection";

export const connectionAttribute: Attribute = {
  type: { nesting: "single", attributes },
  use: "required",
  description:
    "Where to log in at the destination: an `externalinfisical_connection`, assigned whole. In `native` execution its id is enough: `{ id = … }`; in `engine` execution all but the id.",
};

/** The inputs of a sync that its connection gives. */
export function connectionInputs(value: Value | undefined): Properties {
  const known = value === UNKNOWN ? undefined : toProperties(attributes, objectIn(value) ?? {});
  const inputs = Object.fromEntries(
    [...FROM_CONNECTION].flatMap(([input, property]) => {
      const given = known ? lookUp(known, property) : UNKNOWN;
      return given === undefined ? [] : [[input, given]];
    }),
  );
  return { ...(known && madeId(known)), ...inputs };
}

const identity = destinationConnection.pick({
  instanceUrl: true,
  machineIdentityClientId: true,
  auth: true,
  execution: true,
});

/** The id of an engine's connection follows from its other fields, so that nobody has to pass it on. */
function madeId(fields: Properties): Properties {
  const given = pick(fields, Object.keys(identity.shape));
  if (holdsUnknown(given, UNKNOWN)) return { connectionId: UNKNOWN };
  const { instanceUrl, execution, ...login } = identity.safeParse(given).data ?? {};
  if (instanceUrl === undefined || execution === "native") return {};
  return { connectionId: engineConnectionId({ instanceUrl, ...login }) };
}

/** The connection attribute for a sync's inputs. */
export function connectionValue(inputs: Properties): ObjectValue {
  const own = [...FROM_CONNECTION].map(([input, property]) => [property, lookUp(inputs, input)]);
  return fromProperties(attributes, Object.fromEntries(own));
}

/** `connection_name` as the engine's errors have it → `destination_connection`, `name`. */
export function connectionPath(path: readonly string[]): readonly string[] {
  for (const [input, property] of FROM_CONNECTION)
    if (path[0] === toSnakeCase(input)) return [CONNECTION, toSnakeCase(property)];
  return path;
}
