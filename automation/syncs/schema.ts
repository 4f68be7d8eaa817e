/** What a syncs.yaml may say. Fields are those of the resources; names of connections and syncs are keys. */
import { z } from "zod";
import { openAuth } from "../../provider/auth-schema.ts";
import { loginProblem } from "../../provider/resources/logins.ts";
import { connectionArgs, providerConfig, secretSyncArgs } from "../../provider/schema.ts";
import { strictObject } from "../../provider/unknown-names.ts";
import { NAME, NAME_RULE } from "../engines/names.ts";
import { policiesSchema } from "../policies/schema.ts";
import { fleetPart, fleetSettings } from "./fleet-settings.ts";

const SECRET_REFERENCE = /^\$\{(env|config|file):([^{}]+)\}$/;

/** Where a secret is: never in the file itself. */
export interface SecretReference {
  from: "env" | "config" | "file";
  name: string;
}

const secretReference = z
  .string()
  .trim()
  .regex(SECRET_REFERENCE, "must be ${env:NAME}, ${config:name} or ${file:path}, not the secret itself")
  .meta({ description: "`${env:NAME}`, `${config:name}` or `${file:path}`." });

export const hasReference = (text: string): boolean => /\$\{(?:env|config|file):/.test(text);
export const MISPLACED = "${env:…}, ${config:…} and ${file:…} stand in client secrets and tokens only";

/** The parts of a text like `${env:NAME}`. */
export function parseReference(text: string): SecretReference {
  const [, from = "env", name = ""] = SECRET_REFERENCE.exec(text) ?? [];
  return { from: from as SecretReference["from"], name };
}

const source = strictObject({
  host: providerConfig.shape.host,
  clientId: providerConfig.shape.clientId,
  clientSecret: secretReference.optional(),
  token: secretReference.optional(),
  auth: openAuth.optional().meta({
    description:
      "How to log in, instead of client ID and secret or a token: one method, as in Infisical's own Terraform provider. Nothing of it is secret; what is left out is taken from the environment.",
  }),
  allowInsecureHttp: providerConfig.shape.allowInsecureHttp,
});

const connection = strictObject({
  ...connectionArgs.omit({ name: true }).shape,
  machineIdentityClientSecret: secretReference.optional(),
}).superRefine((given, context) => {
  const problem = loginProblem(given);
  if (problem) context.addIssue({ code: "custom", path: [problem.name], message: problem.message });
});

/** A sync with the defaults merged into it. */
export const syncEntry = strictObject({
  ...secretSyncArgs.omit({ name: true }).shape,
  destinationConfig: secretSyncArgs.shape.destinationConfig.strict(),
  syncOptions: secretSyncArgs.shape.syncOptions.strict(),
  connection: z.string().min(1).meta({ description: "Name of one of the connections." }),
  wave: z.number().int().min(1).max(1000).default(1).meta({
    description:
      "When the sync runs: after all syncs of lower waves have run and are verified. A failure stops the later waves; a sync skipped by `onUnreachable` does not.",
  }),
  fleet: fleetSettings
    .prefault({})
    .meta({ description: "What a fleet needs to know of the sync; stacks do not heed it." }),
});
export type SyncEntry = z.output<typeof syncEntry>;

/** What `${each.…}` can stand for. */
const scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.output<typeof scalar>;

const axis = z.union([
  z.array(scalar).meta({ description: "The values." }),
  z
    .record(z.string().min(1), z.record(z.string().min(1), scalar).nullable())
    .meta({ description: "The values as keys, each with fields for `${each.NAME.FIELD}`." }),
]);

const forEach = z
  .object({
    exclude: z
      .array(z.record(z.string(), scalar))
      .optional()
      .meta({ description: "Combinations to leave out: those that have all of the named values." }),
  })
  .catchall(axis)
  .meta({
    description:
      "Makes one sync for each combination of the named values. `${each.NAME}` in the texts of this entry is the value, `${each.NAME.FIELD}` one of its fields.",
  });
export type ForEach = z.output<typeof forEach>;

/** Text that gets its value from `forEach`; what it becomes is checked then. */
const template = z
  .string()
  .regex(
    /\$\{\s*each\b/,
    "must have ${each.NAME} in it, and a forEach beside it; elsewhere a sync's name is its key",
  );

type Either = (field: z.ZodType) => z.ZodType;

/** What is wrong with the rest is told once it is filled in. */
const holdsTemplate = (value: unknown): boolean =>
  typeof value === "object" && value !== null
    ? Object.values(value).some(holdsTemplate)
    : template.safeParse(value).success;

/** For editors: the field, or a template. */
const eitherToTell: Either = (field) => z.union([field, template]).meta(z.globalRegistry.get(field) ?? {});

/** For reading: a union would tell of the template where the field is wrong. */
const eitherToRead: Either = (field) =>
  z.unknown().superRefine((value, context) => {
    if (holdsTemplate(value)) return;
    for (const issue of field.safeParse(value).error?.issues ?? []) context.addIssue({ ...issue });
  });

/** Fields of an object, each left out or given, by itself or by `${each.…}`. */
const templates = (shape: z.ZodRawShape, either: Either) =>
  Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [name, either(field as z.ZodType).optional()]),
  );

const partialSync = strictObject({
  ...syncEntry.partial().shape,
  destinationConfig: syncEntry.shape.destinationConfig.partial().optional(),
  syncOptions: syncEntry.shape.syncOptions.partial().optional(),
  fleet: fleetSettings.optional(),
});

const { destinationConfig, syncOptions } = secretSyncArgs.shape;

/** A sync as it stands in the file. */
const writtenSync = (either: Either) =>
  strictObject({
    ...templates(syncEntry.shape, either),
    destinationConfig: strictObject(templates(destinationConfig.shape, either))
      .optional()
      .meta({ description: destinationConfig.description }),
    syncOptions: strictObject(templates(syncOptions.shape, either))
      .optional()
      .meta({ description: syncOptions.description }),
    fleet: strictObject(templates(fleetSettings.shape, either))
      .optional()
      .meta({ description: syncEntry.shape.fleet.description }),
    forEach: forEach.optional(),
  });

const { name: connectionName } = connectionArgs.shape;
const { name: syncName } = secretSyncArgs.shape;
const eachName = template.meta({
  description:
    "Names of the syncs that `forEach` makes, for example `app-${each.customer}`. Left out, they are this entry's name and the values.",
});

const writtenSyncs = (either: Either) =>
  z
    .union([
      z.record(syncName, writtenSync(either).extend({ name: eachName.optional() })),
      z.array(writtenSync(either).extend({ name: either(syncName) })),
    ])
    .meta({ description: "Syncs by name, or as a list of syncs with names." });

/** The whole file. */
export const syncsFileSchema = strictObject({
  project: z
    .string()
    .regex(NAME, `must be ${NAME_RULE}`)
    .meta({ description: "Name of the Pulumi project that the stacks belong to." }),
  backend: z.string().min(1).optional().meta({
    description:
      "Where the state is kept, as in PULUMI_BACKEND_URL. A relative `file://` path starts at this file's folder.",
  }),
  source: source.optional().meta({ description: "The source instance and how to log in there." }),
  policies: policiesSchema.optional(),
  fleet: fleetPart(secretReference).optional().meta({
    description: "What a fleet needs to know of the file; stacks do not heed it.",
  }),
  connections: z.record(connectionName, connection).meta({ description: "Connections by name." }),
  defaults: partialSync
    .optional()
    .meta({ description: "Merged into each sync that does not say otherwise." }),
  sharedLooks: z.boolean().optional().meta({
    description:
      "Whether syncs whose folders lie in one environment may be looked at by one list of the deepest folder above them. What it tells of other folders is dropped as it comes. Default: true.",
  }),
  syncs: writtenSyncs(eitherToRead),
});

export type SourceEntry = z.output<typeof source>;
export type FleetPart = NonNullable<z.output<typeof syncsFileSchema>["fleet"]>;
export type ConnectionEntry = z.output<typeof connection>;

/** JSON Schema of the file, for editors. */
export const syncsJsonSchema = () =>
  z.toJSONSchema(
    syncsFileSchema
      .extend({ syncs: writtenSyncs(eitherToTell) })
      .meta({ title: "syncs.yaml", description: "Secret syncs from one Infisical instance to others." }),
    { io: "input", unrepresentable: "any" },
  );
