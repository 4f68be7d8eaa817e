/** What the control plane answers (control-plane §2.3, §3.2). Only fields that are used or recorded are described. */
import { z } from "zod";

const absent = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);
const text = absent(z.string());

/** An "Infisical Connection" of an instance. The client secret is never answered. */
export const connectionRow = z.object({
  id: z.string(),
  name: z.string(),
  description: text,
  version: absent(z.number()),
  orgId: text,
  projectId: text,
  createdAt: text,
  updatedAt: text,
  /** Changes with every write of the credentials, even of equal ones. */
  credentialsHash: text,
  credentials: z.object({ instanceUrl: z.string(), machineIdentityClientId: z.string() }),
});
export type ConnectionRow = z.output<typeof connectionRow>;

const status = absent(z.enum(["pending", "running", "succeeded", "failed"]));

/** An "Infisical Sync" of an instance, with the ends of its last runs. */
export const syncRow = z.object({
  id: z.string(),
  name: z.string(),
  description: text,
  isAutoSyncEnabled: z.boolean(),
  version: absent(z.number()),
  projectId: z.string(),
  folderId: text,
  connectionId: z.string(),
  createdAt: text,
  updatedAt: text,
  syncStatus: status,
  lastSyncJobId: text,
  lastSyncMessage: text,
  lastSyncedAt: text,
  importStatus: status,
  lastImportJobId: text,
  lastImportMessage: text,
  lastImportedAt: text,
  removeStatus: status,
  lastRemoveJobId: text,
  lastRemoveMessage: text,
  lastRemovedAt: text,
  // Whole, since an update replaces it whole: what later revisions add must not get lost.
  syncOptions: z.looseObject({
    initialSyncBehavior: z.string(),
    disableSecretDeletion: absent(z.boolean()),
  }),
  destinationConfig: z.looseObject({
    projectId: z.string(),
    environment: z.string(),
    secretPath: z.string(),
  }),
  connection: z.object({ app: z.string(), name: z.string(), id: z.string() }),
  /** Absent once the source folder was deleted. */
  environment: absent(z.object({ id: z.string(), slug: z.string(), name: z.string() })),
  folder: absent(z.object({ id: z.string(), path: z.string() })),
});
export type SyncRow = z.output<typeof syncRow>;
