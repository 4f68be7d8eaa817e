import { planArgs, planResults } from "../../attributes.ts";
import { pick } from "../../resources/properties.ts";
import { previewActions } from "../../resources/sync/engine/preview.ts";
import { secretSyncInputs } from "../../resources/sync/inputs.ts";
import { ownershipOfSource } from "../../resources/sync/ownership.ts";
import { PARTS } from "../../schema.ts";
import type { DataSource } from "../managed-resource.ts";
import { fromProperties, toProperties } from "../properties.ts";
import {
  CONNECTION,
  connectionAttribute,
  connectionInputs,
  connectionPath,
} from "../resources/connection-attribute.ts";
import { argumentsOf, mapAttributes, resultsOf } from "../schema.ts";

const known = planArgs.pick({ name: true, knownKeys: true });
const results = resultsOf(planResults);
const args = argumentsOf(planArgs);

// A data source answers with what it was given; a default in it would be an answer of its own.
const attributes = {
  [CONNECTION]: connectionAttribute,
  ...mapAttributes(args, withoutDefaults),
  ...results,
};

function withoutDefaults(attribute: (typeof args)[string]): (typeof args)[string] {
  const { standard: _none, type, ...rest } = attribute;
  const isObject = typeof type === "object" && "nesting" in type;
  return {
    ...rest,
    use: attribute.use === "defaulted" ? "optional" : attribute.use,
    type: isObject ? { ...type, attributes: mapAttributes(type.attributes, withoutDefaults) } : type,
  };
}

/** Stands where a name must be. */
const NOBODY = "plan";

/** Counts that a plan leaves out where they are none. */
const NONE = { mark: 0, copy: 0, ...Object.fromEntries(PARTS.map((part) => [part, 0])) };

/** `externalinfisical_plan`: what a sync would do. */
export const plan: DataSource = {
  description: "What a sync between two places would do now, key by key, without doing it.",
  attributes,
  pathOf: connectionPath,

  async read(config, context) {
    const properties = toProperties(attributes, config);
    const inputs = secretSyncInputs.parse({
      name: NOBODY,
      connectionId: "none",
      ...properties,
      ...connectionInputs(config[CONNECTION]),
    });
    const { name, knownKeys } = known.parse(pick(properties, Object.keys(known.shape)));
    const ownership = name === undefined ? ownershipOfSource(inputs) : undefined;
    const { plan, actions } = await previewActions(inputs, knownKeys, context, ownership);
    return fromProperties(results, { actions, counts: { ...NONE, ...plan.counts } });
  },
};
