// What the server remembers of connections and syncs (control-plane §2.3, §3.2); wire shapes are made elsewhere.
import type { Folder, Project } from "../model.ts";

export interface AppConnection {
  readonly id: string;
  name: string;
  description: string | null;
  /** null for a connection of the organization. */
  readonly project: Project | null;
  credentials: ConnectionCredentials;
  /** Changes with every write of credentials, even equal ones. */
  credentialsHash: string;
  readonly createdAt: string;
  updatedAt: string;
}

export interface ConnectionCredentials {
  instanceUrl: string;
  machineIdentityClientId: string;
  machineIdentityClientSecret: string;
}

export type JobStatus = "pending" | "running" | "succeeded" | "failed";

/** One of the three triples of a sync: sync, import, remove (control-plane §3.10). */
export interface JobRecord {
  status: JobStatus | null;
  jobId: string | null;
  message: string | null;
  /** Of the last success. */
  at: string | null;
}

type InitialSyncBehavior =
  | "overwrite-destination"
  | "import-prioritize-source"
  | "import-prioritize-destination";

export type ImportBehavior = "prioritize-source" | "prioritize-destination";

export interface SecretSync {
  readonly id: string;
  name: string;
  description: string | null;
  isAutoSyncEnabled: boolean;
  /** Of the source. */
  readonly project: Project;
  /** Of the source; null once it was deleted. */
  folder: Folder | null;
  connection: AppConnection;
  syncOptions: {
    initialSyncBehavior: InitialSyncBehavior;
    disableSecretDeletion?: boolean;
    /** A later revision's: the subtree is flattened into one list. */
    recursive?: boolean;
    includeAllSubFolders?: boolean;
  };
  destinationConfig: { projectId: string; environment: string; secretPath: string };
  readonly sync: JobRecord;
  readonly import: JobRecord;
  readonly remove: JobRecord;
  readonly createdAt: string;
  updatedAt: string;
}

/** An entry of the audit log (control-plane §5). */
export interface AuditEvent {
  readonly type: string;
  /** null for events of the organization. */
  readonly projectId: string | null;
  /** `platform` where no caller asked for it. */
  readonly actor: { type: "identity" | "user"; id: string; name: string } | { type: "platform" };
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
}
