/** The endpoints of Infisical Connections and Infisical Syncs (control-plane §2.4, §3.3). */
import { z } from "zod";
import type { Call } from "../http/exchange.ts";
import { type ConnectionRow, connectionRow, type SyncRow, syncRow } from "./rows.ts";
import { IMPOSSIBLE, sentOptions } from "./sync-options.ts";

const CONNECTIONS = "/api/v1/app-connections/external-infisical";
const SYNCS = "/api/v1/secret-syncs/external-infisical";

interface Credentials {
  instanceUrl: string;
  machineIdentityClientId: string;
  machineIdentityClientSecret: string;
}

export interface ConnectionBody {
  name: string;
  description: string | null;
  projectId?: string | undefined;
  credentials: Credentials;
}

/** Fields that are absent stay as they are; credentials are given whole (control-plane §2.6). */
export type ConnectionChanges = Partial<Omit<ConnectionBody, "projectId">>;

export interface SyncBody {
  name: string;
  description: string | null;
  projectId: string;
  connectionId: string;
  environment: string;
  secretPath: string;
  isAutoSyncEnabled: boolean;
  syncOptions: Record<string, unknown>;
  destinationConfig: Record<string, unknown>;
}

/** Fields that are absent stay as they are; objects are replaced whole (control-plane §3.5). */
export type SyncChanges = Partial<Omit<SyncBody, "projectId">>;

const connectionAnswer = z.object({ appConnection: connectionRow }).transform((body) => body.appConnection);
const connectionsAnswer = z
  .object({ appConnections: z.array(connectionRow) })
  .transform((body) => body.appConnections);
const syncAnswer = z.object({ secretSync: syncRow }).transform((body) => body.secretSync);
const syncsAnswer = z.object({ secretSyncs: z.array(syncRow) }).transform((body) => body.secretSyncs);

type ConnectionCall = Call<ConnectionRow>;
type SyncCall = Call<SyncRow>;

const named = (name: string) => `the Infisical Connection "${name}"`;
const sync = (name: string) => `the Infisical Sync "${name}"`;
const segment = encodeURIComponent;

export function createConnection(body: ConnectionBody): ConnectionCall {
  return {
    method: "POST",
    route: CONNECTIONS,
    body: JSON.stringify({ ...body, method: "machine-identity-universal-auth" }),
    answer: connectionAnswer,
    repeat: "unacted",
    what: `create ${named(body.name)}`,
    confidential: () => [body.credentials.machineIdentityClientSecret],
  };
}

export function updateConnection(id: string, name: string, changes: ConnectionChanges): ConnectionCall {
  const { credentials } = changes;
  return {
    method: "PATCH",
    route: `${CONNECTIONS}/${segment(id)}`,
    body: JSON.stringify(changes),
    answer: connectionAnswer,
    repeat: "safe",
    what: `update ${named(name)}`,
    ...(credentials && { confidential: () => [credentials.machineIdentityClientSecret] }),
  };
}

export function readConnection(id: string): ConnectionCall {
  const route = `${CONNECTIONS}/${segment(id)}`;
  return get(route, {}, connectionAnswer, `read the Infisical Connection ${id}`);
}

/** Without a project only the organization's connections are searched. */
export function findConnection(name: string, projectId: string | undefined): ConnectionCall {
  const query = projectId === undefined ? {} : { projectId };
  return get(
    `${CONNECTIONS}/connection-name/${segment(name)}`,
    query,
    connectionAnswer,
    `find ${named(name)}`,
  );
}

/** Without a project: those of the organization and of all projects. */
export function listConnections(): Call<ConnectionRow[]> {
  return get(CONNECTIONS, {}, connectionsAnswer, "list the Infisical Connections");
}

export function deleteConnection(id: string, name: string): Call<unknown> {
  return {
    method: "DELETE",
    route: `${CONNECTIONS}/${segment(id)}`,
    answer: z.unknown(),
    repeat: "safe",
    what: `delete ${named(name)}`,
  };
}

export function createSync(body: SyncBody): SyncCall {
  return {
    method: "POST",
    route: SYNCS,
    body: JSON.stringify({ ...body, syncOptions: sentOptions(body.syncOptions) }),
    answer: syncAnswer,
    repeat: "unacted",
    what: `create ${sync(body.name)}`,
  };
}

/** Creates nothing, whatever the instance knows: what it refuses tells that. */
export function trySubfolders(): Call<unknown> {
  return {
    method: "POST",
    route: SYNCS,
    body: JSON.stringify(IMPOSSIBLE),
    answer: z.unknown(),
    repeat: "safe",
    what: "find out whether Infisical Syncs can take subfolders along",
  };
}

export function updateSync(id: string, name: string, changes: SyncChanges): SyncCall {
  const { syncOptions } = changes;
  return {
    method: "PATCH",
    route: `${SYNCS}/${segment(id)}`,
    body: JSON.stringify({ ...changes, ...(syncOptions && { syncOptions: sentOptions(syncOptions) }) }),
    answer: syncAnswer,
    repeat: "safe",
    what: `update ${sync(name)}`,
  };
}

export function readSync(id: string): SyncCall {
  return get(`${SYNCS}/${segment(id)}`, {}, syncAnswer, `read the Infisical Sync ${id}`);
}

export function findSync(name: string, projectId: string): SyncCall {
  return get(`${SYNCS}/sync-name/${segment(name)}`, { projectId }, syncAnswer, `find ${sync(name)}`);
}

export function listSyncs(projectId: string): Call<SyncRow[]> {
  return get(SYNCS, { projectId }, syncsAnswer, `list the Infisical Syncs of project ${projectId}`);
}

/** With `removeSecrets` the row stays until the instance has deleted the secrets (control-plane §3.6). */
export function deleteSync(id: string, name: string, removeSecrets: boolean): SyncCall {
  return {
    method: "DELETE",
    route: `${SYNCS}/${segment(id)}`,
    query: { removeSecrets: String(removeSecrets) },
    answer: syncAnswer,
    repeat: "safe",
    what: `delete ${sync(name)}`,
  };
}

type ImportBehavior = "prioritize-source" | "prioritize-destination";

/** What an instance can be asked to do about a sync (control-plane §3.7). */
export type Job = { kind: "sync" } | { kind: "import"; behavior: ImportBehavior } | { kind: "remove" };

export function triggerJob(id: string, name: string, job: Job): SyncCall {
  const verb = { sync: "run", import: "import the secrets of", remove: "remove the secrets of" }[job.kind];
  return {
    method: "POST",
    route: `${SYNCS}/${segment(id)}/${job.kind}-secrets`,
    ...(job.kind === "import" && { query: { importBehavior: job.behavior } }),
    answer: syncAnswer,
    repeat: "unacted",
    what: `${verb} ${sync(name)}`,
  };
}

function get<T>(route: string, query: Record<string, string>, answer: z.ZodType<T>, what: string): Call<T> {
  return { method: "GET", route, query, answer, repeat: "safe", what };
}
