/** What the control plane answers (control-plane §2.3, §3.2). Only fields that are used or recorded are described. */
import { z } from "zod";
import { normalPath, normalProjectId } from "../../normal-place.ts";
import { words } from "../http/words.ts";
import { syncOptionsRow } from "./sync-options.ts";

const absent = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);
const text = absent(words);

/** An "Infisical Connection" of an instance. The client secret is never answered. */
export const connectionRow = z.object({
  id: words,
  name: words,
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

/** `pending`, `running`, `succeeded`, `failed`, or what a later revision may say: nothing else counts as a success. */
const status = text;

/** An "Infisical Sync" of an instance, with the ends of its last runs. */
export const syncRow = z.object({
  id: words,
  name: words,
  description: text,
  isAutoSyncEnabled: z.boolean(),
  version: absent(z.number()),
  projectId: words,
  folderId: text,
  connectionId: words,
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
  syncOptions: syncOptionsRow,
  destinationConfig: z.looseObject({
    // An instance keeps them as they were sent, and reads them as the normal form (control-plane §3.3).
    projectId: words.transform(normalProjectId),
    environment: words,
    secretPath: words.transform(normalPath),
  }),
  connection: z.object({ app: words, name: words, id: words }),
  /** Absent once the source folder was deleted. */
  environment: absent(z.object({ id: words, slug: words, name: words })),
  folder: absent(z.object({ id: words, path: words })),
});
export type SyncRow = z.output<typeof syncRow>;
