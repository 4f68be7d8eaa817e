/**
 * What the Terraform provider and its constructs have beside the arguments of `schema.ts`: what resources answer, and all of
 * the data sources.
 */
import { z } from "zod";
import { connectionArgs, secretSyncArgs } from "./schema.ts";

const text = (description: string) => z.string().meta({ description });
const count = (description: string) => z.number().meta({ description });

/** The connection's secret for those who want it in no state. */
export const writeOnlySecret = z.object({
  machineIdentityClientSecretWo: z.string().optional().meta({
    description:
      "The client secret, in no plan and no state (Terraform 1.11, OpenTofu 1.11), instead of `machineIdentityClientSecret`. Syncs of this connection then need it in `connectionSecrets` of the provider block or in the environment. A new one is noticed by `machineIdentityClientSecretWoVersion`.",
    // Or an import of what gets it from a sensitive variable would be planned with a change.
    sensitive: true,
    writeOnly: true,
  }),
  machineIdentityClientSecretWoVersion: z.number().optional().meta({
    description: "Change this number whenever `machineIdentityClientSecretWo` changes.",
  }),
});
export type WriteOnlySecretInput = z.input<typeof writeOnlySecret>;

export const connectionResults = z.object({
  id: text("Id of the connection; in `engine` execution it is made from URL and client ID."),
  organization: z.object({ id: text("Id."), name: text("Name."), slug: text("Slug.") }).meta({
    description:
      "Organization of the machine identity at the destination, where that instance tells it (`engine` execution).",
  }),
  orgId: text(
    "Id of the source's organization, which the connection belongs to (`native` execution); it is not that of `organization`.",
  ),
  credentialsHash: text(
    "Changes with every write of the credentials at the instance, to tell a change (`native`).",
  ),
});
export type ConnectionResults = z.output<typeof connectionResults>;

export const secretSyncResults = z.object({
  id: text("Id of the sync."),
  keys: z.record(z.string(), z.string()).meta({
    description:
      "Key → revision of all that the destination holds of this sync. A revision names a value without telling it: version and end of the id of the source's secret. Known in the plan, which therefore shows every key that will change, and binds the apply to it: if the source has changed since, the apply is refused with `plan-changed` and writes nothing.",
  }),
  takenOver: z.record(z.string(), z.string()).meta({
    description:
      "Key → what a run does that `keys` does not show: it deletes or overwrites what this sync did not write, imports into the source, or sets what `copy` names. Empty where it does nothing of the kind. Changes only where a run does so again.",
  }),
  status: text("`succeeded` or `failed`: how the last run ended."),
  lastSyncedAt: text("When a run last succeeded, ISO 8601."),
});
export type SecretSyncResults = z.output<typeof secretSyncResults>;

/** The connection that a sync or a data source uses: one of the resources fits whole, and in native execution the id is enough. */
export const destinationConnection = z
  .object({
    id: text("Id of the connection."),
    ...connectionArgs.pick({
      name: true,
      instanceUrl: true,
      machineIdentityClientId: true,
      machineIdentityClientSecret: true,
      auth: true,
      allowInsecureHttp: true,
    }).shape,
    execution: secretSyncArgs.shape.execution.meta({
      description: "Who runs the syncs of this connection: `engine` or `native`.",
    }),
  })
  .partial();
export type DestinationConnectionInput = z.input<typeof destinationConnection>;

export const projectsArgs = z.object({
  projectId: z.string().optional().meta({
    description: "Show this project only; the list is empty where the identity does not see it.",
  }),
  includeFolders: z
    .boolean()
    .optional()
    .meta({ description: "List the folders too: one request for each environment." }),
});
export type ProjectsInput = z.input<typeof projectsArgs>;

const projectEnvironment = z.object({
  slug: text("Slug, which syncs are given."),
  name: text("Name."),
  folders: z
    .array(z.string())
    .meta({ description: "Paths of all folders; null where they were not asked for." }),
});

const project = z.object({
  id: text("Id, which syncs are given."),
  name: text("Name."),
  slug: text("Slug."),
  type: text("`secret-manager` for a project that can hold secrets."),
  environments: z.array(projectEnvironment).meta({ description: "Environments." }),
});

export const projectsResults = z.object({
  projects: z.array(project).meta({ description: "Projects that the identity belongs to." }),
});
export type ProjectsResults = z.output<typeof projectsResults>;

// Nothing is deployed by looking: triggers and the like say nothing here.
const looked = secretSyncArgs.pick({
  projectId: true,
  environment: true,
  secretPath: true,
  destinationConfig: true,
  syncOptions: true,
});

export const planArgs = looked.extend({
  name: secretSyncArgs.shape.name.optional().meta({
    description:
      "Name of the sync, where this is to be its own plan: what carries another sync's mark is refused or kept, as in its run. Without it, all marks of syncs from this source count as its own, and no marks are planned.",
  }),
  knownKeys: z.record(z.string(), z.string()).optional().meta({
    description:
      "Key → revision of what is on record as pushed: the `keys` of the sync's resource. Without it, the plan is that of a first run.",
  }),
});
export type PlanInput = z.input<typeof planArgs>;

const plannedAction = z.object({
  key: text("Name of the key, with odd characters as `%XX`."),
  action: text("`create`, `update`, `delete`, `import`, `mark`, `copy`, `unchanged` or `kept`."),
  why: text("What the revisions do not tell; null where they tell it all."),
  sourceRevision: text("Revision at the source, or on record."),
  destinationRevision: text("Revision at the destination."),
});

const plannedCounts = z.object({
  create: count("Keys to be created."),
  update: count("Keys to be updated."),
  delete: count("Keys to be deleted."),
  import: count("Keys to be written into the source."),
  mark: count("Equal keys to be marked as the sync's."),
  copy: count("Equal keys of which only a part that `copy` names is set."),
  comment: count("Keys of which the comment is set."),
  tags: count("Keys of which the tags are set."),
  metadata: count("Keys of which the metadata is set."),
  multiline: count("Keys of which it is set whether multi-line encoding is skipped."),
  reminder: count("Keys of which the reminder is set."),
  unchanged: count("Keys that are equal on both sides."),
  kept: count("Keys that stay although the source lacks them."),
});

export const planResults = z.object({
  actions: z.array(plannedAction).meta({ description: "What a run would do, key by key." }),
  counts: plannedCounts.meta({ description: "The same in numbers." }),
});
export type PlanResults = z.output<typeof planResults>;
