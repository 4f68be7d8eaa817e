/** What an instance has, as a declaration. */
import { z } from "zod";
import type { ConnectionRow, SyncRow } from "../../../provider/infisical/control-plane/index.ts";
import { lookUp } from "../../../provider/look-up.ts";
import { printable } from "../../../provider/printable.ts";
import { problemsOf } from "../../../provider/resources/problems.ts";
import {
  connectionArgs,
  type ProviderConfig,
  productOptions,
  secretSyncArgs,
} from "../../../provider/schema.ts";
import {
  type Args,
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

export type Source = Pick<ProviderConfig, "host" | "clientId" | "token" | "auth" | "allowInsecureHttp">;

/** @returns also what is not declared, and why */
export function declarationOf(
  { syncs, connections }: Found,
  { host, clientId, token, auth, allowInsecureHttp }: Source,
  project: string,
): { declaration: Declaration; omitted: string[] } {
  const named = new Map(connections.toReversed().map((row) => [row.name, row]));
  const told = connections.filter(
    (row) => named.get(row.name) === row && connectionProblems(row).length === 0,
  );
  const declarable = new Set(told.map(({ id }) => id));
  const problems = (row: SyncRow) => [
    ...(row.environment && row.folder ? syncProblems(row) : ["its source folder was deleted"]),
    ...(declarable.has(row.connectionId) ? [] : ["its connection is left out"]),
  ];
  const declared = syncs.filter((row) => problems(row).length === 0);
  return {
    declaration: {
      project,
      source: {
        host,
        clientId: token === undefined ? (clientId ?? auth?.universal?.clientId) : undefined,
        auth: auth && openlyOf(auth),
        allowInsecureHttp,
      },
      connections: told.map(connectionOf),
      syncs: declared.map(syncOf),
      isTakenOver: true,
    },
    omitted: [
      ...syncs
        .filter((row) => !declared.includes(row))
        .map((row) => `${shown(row.name)}: ${problems(row).join("; ")}`),
      ...connections.filter((row) => !told.includes(row)).map((row) => whyOmitted(row)),
    ],
  };
}

/** How to log in, where nothing of it is secret. */
function openlyOf({ universal, token, ...auth }: NonNullable<Source["auth"]>): Args | undefined {
  if (universal || token !== undefined) return undefined;
  const { serviceAccountToken: _, ...kubernetes } = auth.kubernetes ?? {};
  return { ...auth, kubernetes: auth.kubernetes && kubernetes };
}

function whyOmitted(row: ConnectionRow): string {
  const problems = connectionProblems(row);
  return problems.length > 0
    ? `connection ${shown(row.name)}: ${problems.join("; ")}`
    : `a second connection named ${row.name}, which no sync uses`;
}

/** What an instance has becomes the text of a program only if it could have been declared in the first place. */
const connectionProblems = (row: ConnectionRow): string[] => {
  const { name, args } = connectionOf(row);
  return problemsIn(connectionArgs, { name, ...args });
};

const syncProblems = (row: SyncRow): string[] => {
  const { name, args } = syncOf(row);
  return problemsIn(secretSyncArgs, { name, ...args });
};

function problemsIn(schema: z.ZodType, args: Args): string[] {
  const parsed = schema.safeParse(args);
  return [
    ...problemsOf(parsed.error?.issues ?? []),
    ...textsIn(args)
      .filter(isReference)
      .map(() => REFERENCE),
  ];
}

/** Where a syncs.yaml would take a value from elsewhere. */
const isReference = (text: string) => /\$\{(?:(?:env|config|file):|each\b)/.test(text);

const REFERENCE = "one of its texts reads like a reference to a secret, which stands in client secrets only";

const textsIn = (args: Args): string[] =>
  Object.values(args).flatMap((value) =>
    typeof value === "object" ? textsIn(value) : typeof value === "string" ? [value] : [],
  );

const shown = (name: string) => (/^[\w-]+$/.test(name) ? name : JSON.stringify(printable(name)));

function connectionOf({ id, name, description, projectId, credentials }: ConnectionRow): DeclaredConnection {
  return {
    id,
    name,
    args: {
      execution: "native",
      description: description || undefined,
      instanceUrl: credentials.instanceUrl,
      machineIdentityClientId: credentials.machineIdentityClientId,
      allowInsecureHttp:
        (URL.canParse(credentials.instanceUrl) && needsInsecureHttp(credentials.instanceUrl)) || undefined,
      projectId,
    },
  };
}

/** The options that the product has too, but for those that say what is so without them. */
const optionsOf = ({ syncOptions }: SyncRow): Args =>
  Object.fromEntries(
    Object.entries(productOptions.shape).flatMap(([name, option]) => {
      const { data } = written.safeParse(lookUp(syncOptions, name));
      return data === undefined || data === option.safeParse(undefined).data ? [] : [[name, data]];
    }),
  );

const written = z.union([z.string(), z.number(), z.boolean()]);

function syncOf(row: SyncRow): DeclaredSync {
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
      syncOptions: optionsOf(row),
    },
  };
}
