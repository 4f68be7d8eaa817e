/** What a syncs.yaml may say. Fields are those of the resources; names of connections and syncs are keys. */
import { z } from "zod";
import { connectionArgs, providerConfig, secretSyncArgs } from "../../provider/schema.ts";

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

/** The parts of a text like `${env:NAME}`. */
export function parseReference(text: string): SecretReference {
  const [, from = "env", name = ""] = SECRET_REFERENCE.exec(text) ?? [];
  return { from: from as SecretReference["from"], name };
}

const source = z.strictObject({
  host: providerConfig.shape.host,
  clientId: providerConfig.shape.clientId,
  clientSecret: secretReference.optional(),
  token: secretReference.optional(),
  allowInsecureHttp: providerConfig.shape.allowInsecureHttp,
});

const connection = z.strictObject({
  ...connectionArgs.omit({ name: true }).shape,
  machineIdentityClientSecret: secretReference.optional(),
});

/** A sync with the defaults merged into it. */
export const syncEntry = z.strictObject({
  ...secretSyncArgs.omit({ name: true }).shape,
  destinationConfig: secretSyncArgs.shape.destinationConfig.strict(),
  syncOptions: secretSyncArgs.shape.syncOptions.strict(),
  connection: z.string().min(1).meta({ description: "Name of one of the connections." }),
});
export type SyncEntry = z.output<typeof syncEntry>;

const partialSync = z.strictObject({
  ...syncEntry.partial().shape,
  destinationConfig: syncEntry.shape.destinationConfig.partial().optional(),
  syncOptions: syncEntry.shape.syncOptions.partial().optional(),
});

const { name: connectionName } = connectionArgs.shape;
const { name: syncName } = secretSyncArgs.shape;

/** The whole file. */
export const syncsFileSchema = z
  .strictObject({
    project: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,100}$/, "must be letters, digits, hyphens, underscores and periods")
      .meta({ description: "Name of the Pulumi project that the stacks belong to." }),
    backend: z.string().min(1).optional().meta({
      description:
        "Where the state is kept, as in PULUMI_BACKEND_URL. A relative `file://` path starts at this file's folder.",
    }),
    source: source.optional().meta({ description: "The source instance and how to log in there." }),
    connections: z.record(connectionName, connection).meta({ description: "Connections by name." }),
    defaults: partialSync
      .optional()
      .meta({ description: "Merged into each sync that does not say otherwise." }),
    syncs: z
      .union([
        z.record(syncName, partialSync),
        z.array(z.strictObject({ ...partialSync.shape, name: syncName })),
      ])
      .meta({ description: "Syncs by name, or as a list of syncs with names." }),
  })
  .meta({ title: "syncs.yaml", description: "Secret syncs from one Infisical instance to others." });
export type SyncsDocument = z.output<typeof syncsFileSchema>;
export type SourceEntry = z.output<typeof source>;
export type ConnectionEntry = z.output<typeof connection>;

/** JSON Schema of the file, for editors. */
export const syncsJsonSchema = () => z.toJSONSchema(syncsFileSchema, { io: "input", unrepresentable: "any" });
