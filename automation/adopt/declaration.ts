/** What an instance has, as a declaration. */
import type { ConnectionRow, SyncRow } from "../../provider/infisical/control-plane/index.ts";
import type { ProviderConfig } from "../../provider/schema.ts";
import type { Declaration, DeclaredConnection, DeclaredSync } from "../declare/declaration.ts";

export interface Found {
  syncs: readonly SyncRow[];
  /** By id. */
  connections: ReadonlyMap<string, ConnectionRow>;
}

export type Source = Pick<ProviderConfig, "host" | "clientId" | "token" | "allowInsecureHttp">;

/** @returns also what is not declared, and why */
export function declarationOf(
  { syncs, connections }: Found,
  { host, clientId, token, allowInsecureHttp }: Source,
  project: string,
): { declaration: Declaration; omitted: string[] } {
  const declared = syncs.filter(({ environment, folder }) => environment && folder);
  const used = [...new Set(declared.map(({ connectionId }) => connectionId))].flatMap(
    (id) => connections.get(id) ?? [],
  );
  return {
    declaration: {
      project,
      source: { host, clientId: token === undefined ? clientId : undefined, allowInsecureHttp },
      connections: used.map(connectionOf),
      syncs: declared.map(syncOf),
      isTakenOver: true,
    },
    omitted: syncs
      .filter((row) => !declared.includes(row))
      .map(({ name }) => `${name}: its source folder was deleted`),
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
