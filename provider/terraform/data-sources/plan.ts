import { z } from "zod";
import { pick } from "../../resources/properties.ts";
import { previewActions } from "../../resources/sync/engine/preview.ts";
import { secretSyncInputs } from "../../resources/sync/inputs.ts";
import { ownershipOfSource } from "../../resources/sync/ownership.ts";
import { secretSyncArgs } from "../../schema.ts";
import type { DataSource } from "../managed-resource.ts";
import { fromProperties, toProperties } from "../properties.ts";
import {
  CONNECTION,
  connectionAttribute,
  connectionInputs,
  connectionPath,
} from "../resources/connection-attribute.ts";
import { argumentsOf, mapAttributes, resultsOf } from "../schema.ts";

// Nothing is deployed by looking: names, triggers and the like say nothing here.
const looked = secretSyncArgs.pick({
  projectId: true,
  environment: true,
  secretPath: true,
  destinationConfig: true,
  syncOptions: true,
});

const known = z.object({
  name: secretSyncArgs.shape.name.optional().meta({
    description:
      "Name of the sync, where this is to be its own plan: what carries another sync's mark is refused or kept, as in its run. Without it, all marks of syncs from this source count as its own, and no marks are planned.",
  }),
  knownKeys: z.record(z.string(), z.string()).optional().meta({
    description:
      "Key → revision of what is on record as pushed: the `keys` of the sync's resource. Without it, the plan is that of a first run.",
  }),
});

const count = (description: string) => z.number().meta({ description });

const results = resultsOf(
  z.object({
    actions: z
      .array(
        z.object({
          key: z.string().meta({ description: "Name of the key, with odd characters as `%XX`." }),
          action: z.string().meta({
            description: "`create`, `update`, `delete`, `import`, `mark`, `unchanged` or `kept`.",
          }),
          why: z
            .string()
            .meta({ description: "What the revisions do not tell; null where they tell it all." }),
          sourceRevision: z.string().meta({ description: "Revision at the source, or on record." }),
          destinationRevision: z.string().meta({ description: "Revision at the destination." }),
        }),
      )
      .meta({ description: "What a run would do, key by key." }),
    counts: z
      .object({
        create: count("Keys to be created."),
        update: count("Keys to be updated."),
        delete: count("Keys to be deleted."),
        import: count("Keys to be written into the source."),
        mark: count("Equal keys to be marked as the sync's."),
        unchanged: count("Keys that are equal on both sides."),
        kept: count("Keys that stay although the source lacks them."),
      })
      .meta({ description: "The same in numbers." }),
  }),
);

const args = { ...argumentsOf(looked), ...argumentsOf(known) };

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
    return fromProperties(results, { actions, counts: { mark: 0, ...plan.counts } });
  },
};
