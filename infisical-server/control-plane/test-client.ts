// For the tests beside this file: two instances, of which the source's time stands still, so that no job starts.
import { createManualClock, type ManualClock } from "../clock.ts";
import {
  type IdentityCredentials,
  type InfisicalServer,
  type InfisicalServerOptions,
  type PathRule,
  type Role,
  startInfisicalServer,
} from "../index.ts";
import type { OrganizationRole } from "../model.ts";
import { type Answer, type Client, connect } from "../test-client.ts";
import type { ConnectionCredentials } from "./model.ts";

export const CONNECTIONS = "/api/v1/app-connections/external-infisical";
export const SYNCS = "/api/v1/secret-syncs/external-infisical";
export const NO_ID = "00000000-0000-4000-8000-000000000000";

/** What is put there to begin with is a change too, and would queue a run of any sync made within three seconds. */
const BEFORE_MS = 3_000;

export interface TwoInstances extends AsyncDisposable {
  source: InfisicalServer;
  remote: InfisicalServer;
  clock: ManualClock;
  log: string[];
  project: { id: string; slug: string };
  /** Where syncs write to; a folder of the remote instance. */
  destination: { projectId: string; environment: string; secretPath: string };
  remoteIdentity: IdentityCredentials;
  credentials: ConnectionCredentials;
  /** Admin of the organization and of every project. */
  admin: Client;
  /** A member of the project, and of the organization unless told otherwise. */
  as(role: Role, more?: { orgRole?: OrganizationRole; paths?: PathRule[] }): Promise<Client>;
  connectionBody(more?: object): object;
  /** Made over HTTP by the admin; the connection of the answer. */
  connection(more?: object): Promise<Answer["body"]>;
  /** Of `/billing` of environment `dev`, without auto-sync. */
  syncBody(connectionId: string, more?: object): object;
  sync(connectionId: string, more?: object): Promise<Answer["body"]>;
}

export async function startTwoInstances(options: InfisicalServerOptions = {}): Promise<TwoInstances> {
  const log: string[] = [];
  const clock = createManualClock(Date.UTC(2026, 4, 2, 9) - BEFORE_MS);
  const source = await startInfisicalServer({ clock, log: (line) => log.push(line), ...options });
  const remote = await startInfisicalServer();
  const project = source.createProject({ name: "Source", slug: "source" });
  const target = remote.createProject({ slug: "target" });
  const destination = { projectId: target.id, environment: "prod", secretPath: "/billing" };
  remote.putSecrets(destination, {});
  source.putSecrets({ projectId: project.id, environment: "dev", secretPath: "/billing" }, { KEY: "value" });
  await clock.advance(BEFORE_MS);
  const remoteIdentity = remote.createIdentity({ memberships: [{ projectId: target.id, role: "member" }] });
  const credentials = {
    instanceUrl: remote.url,
    machineIdentityClientId: remoteIdentity.clientId,
    machineIdentityClientSecret: remoteIdentity.clientSecret,
  };
  const admin = await connect(source, source.admin);
  const connectionBody: TwoInstances["connectionBody"] = (more = {}) => ({
    name: "dr-site",
    method: "machine-identity-universal-auth",
    credentials,
    ...more,
  });
  const syncBody: TwoInstances["syncBody"] = (connectionId, more = {}) => ({
    name: "dr-billing",
    projectId: project.id,
    connectionId,
    environment: "dev",
    secretPath: "/billing",
    isAutoSyncEnabled: false,
    syncOptions: { initialSyncBehavior: "overwrite-destination" },
    destinationConfig: destination,
    ...more,
  });
  return {
    source,
    remote,
    clock,
    log,
    project,
    destination,
    remoteIdentity,
    credentials,
    admin,
    as: (role, { orgRole = "member", paths = [] } = {}) =>
      connect(
        source,
        source.createIdentity({ name: role, orgRole, memberships: [{ projectId: project.id, role, paths }] }),
      ),
    connectionBody,
    connection: async (more) => made(await admin.post(CONNECTIONS, connectionBody(more)), "appConnection"),
    syncBody,
    sync: async (connectionId, more) =>
      made(await admin.post(SYNCS, syncBody(connectionId, more)), "secretSync"),
    async [Symbol.asyncDispose]() {
      await source.close();
      await remote.close();
    },
  };
}

function made({ status, body, text }: Answer, wrapper: string): Answer["body"] {
  if (status !== 200) throw new Error(`Not made: ${status} ${text}`);
  return body[wrapper];
}

/** The paths that a 422 names. */
export const issuePaths = ({ body }: Answer): string[] =>
  body.message.map(({ path }: { path: string[] }) => path.join("."));
