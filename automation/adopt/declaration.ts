/** What an instance has, as a declaration. */
import type { ConnectionRow, SyncRow } from "../../provider/infisical/control-plane/index.ts";
import type { ProviderConfig } from "../../provider/schema.ts";
import {
  type Declaration,
  type DeclaredConnection,
  type DeclaredSync,
  needsInsecureHttp,
} from "../declare/declaration.ts";

export interface Found {
  syncs: readonly SyncRow[];
  /** Those that are used come first. */
  connections: readonly ConnectionRow[];
}

export type Source = Pick<ProviderConfig, "host" | "clientId" | "token" | "allowInsecureHttp">;

/** @returns also what is not declared, and why */
export function declarationOf(
  { syncs, connections }: Found,
  { host, clientId, token, allowInsecureHttp }: Source,
  project: string,
): { declaration: Declaration; omitted: string[] } {
  const declared = syncs.filter(({ environment, folder }) => environment && folder);
  const named = new Map(connections.toReversed().map((row) => [row.name, row]));
  const told = connections.filter((row) => named.get(row.name) === row);
  return {
    declaration: {
      project,
      source: { host, clientId: token === undefined ? clientId : undefined, allowInsecureHttp },
      connections: told.map(connectionOf),
      syncs: declared.map(syncOf),
      isTakenOver: true,
    },
    omitted: [
      ...syncs
        .filter((row) => !declared.includes(row))
        .map(({ name }) => `${name}: its source folder was deleted`),
      ...connections
        .filter((row) => !told.includes(row))
        .map(({ name }) => `a second connection named ${name}, which no sync uses`),
    ],
  };
}

function connectionOf({ id, name, description, projectId, credentials }: ConnectionRow): DeclaredConnection {
  return {
    id,
    name,
    args: {
      execution: "native",
      description: description || undefined,
      instanceUrl: credentials.instanceUrl,
      machineIdentityClientId: credentials.machineIdentityClientId,
      allowInsecureHttp: needsInsecureHttp(credentials.instanceUrl) || undefined,
      projectId,
    },
  };
}

function syncOf(row: SyncRow): DeclaredSync {
  const { initialSyncBehavior, disableSecretDeletion } = row.syncOptions;
  const { projectId, environment, secretPath } = row.destinationConfig;
  return {
    id: row.id,
    name: row.name,
    connection: row.connection.name,
    args: {
      description: row.description || undefined,
      projectId: row.projectId,
      environment: row.environment?.slug,
      secretPath: row.folder?.path,
      destinationConfig: { projectId, environment, secretPath },
      isAutoSyncEnabled: row.isAutoSyncEnabled,
      syncOptions: { initialSyncBehavior, disableSecretDeletion: disableSecretDeletion || undefined },
    },
  };
}
