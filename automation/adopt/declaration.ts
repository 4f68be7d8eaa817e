/** The text of a syncs.yaml that declares what an instance has. */
import { stringify } from "yaml";
import type { ConnectionRow, SyncRow } from "../../provider/infisical/control-plane/index.ts";
import { connectionSecretVariable } from "../../provider/resources/config.ts";
import type { ProviderConfig } from "../../provider/schema.ts";

export interface Found {
  syncs: readonly SyncRow[];
  /** By id. */
  connections: ReadonlyMap<string, ConnectionRow>;
}

export interface Declaration {
  text: string;
  /** Environment variables that the file refers to. */
  variables: string[];
  /** What is not in the file, and why. */
  omitted: string[];
}

/** Names of variables, never their values, are all that is written of secrets. */
export function declarationOf(
  { syncs, connections }: Found,
  source: Pick<ProviderConfig, "host" | "clientId" | "token">,
  project: string,
): Declaration {
  const declared = syncs.filter(({ environment, folder }) => environment && folder);
  const used = [...new Set(declared.map(({ connectionId }) => connectionId))].flatMap(
    (id) => connections.get(id) ?? [],
  );
  const credential =
    source.token === undefined
      ? { clientId: source.clientId, clientSecret: reference("INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET") }
      : { token: reference("INFISICAL_TOKEN") };
  const document = {
    project,
    source: { host: source.host, ...credential },
    connections: Object.fromEntries(used.map((row) => [row.name, connectionEntry(row)])),
    defaults: { adopt: true },
    syncs: Object.fromEntries(declared.map((row) => [row.name, syncEntry(row)])),
  };
  const variables = [
    ...Object.values(credential),
    ...used.map(({ name }) => reference(connectionSecretVariable(name))),
  ];
  return {
    text: `${SCHEMA_LINE}\n${stringify(document, { lineWidth: 0 })}`,
    variables: variables.flatMap((text) => /^\$\{env:(.*)\}$/.exec(text ?? "")?.[1] ?? []),
    omitted: syncs
      .filter((row) => !declared.includes(row))
      .map(({ name }) => `${name}: its source folder was deleted`),
  };
}

const SCHEMA_LINE = "# yaml-language-server: $schema=node_modules/external-infisical/dist/syncs.schema.json";

const reference = (variable: string) => `\${env:${variable}}`;

function connectionEntry({ name, description, projectId, credentials }: ConnectionRow) {
  return {
    execution: "native",
    adopt: true,
    ...(description && { description }),
    instanceUrl: credentials.instanceUrl,
    machineIdentityClientId: credentials.machineIdentityClientId,
    machineIdentityClientSecret: reference(connectionSecretVariable(name)),
    ...(projectId !== undefined && { projectId }),
  };
}

function syncEntry(row: SyncRow) {
  const { initialSyncBehavior, disableSecretDeletion } = row.syncOptions;
  const { projectId, environment, secretPath } = row.destinationConfig;
  return {
    ...(row.description && { description: row.description }),
    connection: row.connection.name,
    projectId: row.projectId,
    environment: row.environment?.slug,
    secretPath: row.folder?.path,
    destinationConfig: { projectId, environment, secretPath },
    isAutoSyncEnabled: row.isAutoSyncEnabled,
    syncOptions: { initialSyncBehavior, ...(disableSecretDeletion && { disableSecretDeletion }) },
  };
}
