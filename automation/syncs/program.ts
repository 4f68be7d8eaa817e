/** A Pulumi program made from a syncs.yaml. */
import type { Resource } from "@pulumi/pulumi";
import type { ConfigMap, PulumiFn } from "../engines/engine.ts";
import { routesOf, writersRead } from "./fleet.ts";
import type { SyncsFile } from "./read.ts";
import { wavesOf } from "./waves.ts";

/** What a file's program needs to know when it runs. */
export interface SyncsProgramOptions {
  /** The secret at a path of the file. */
  secretOf(path: string): string | undefined;
  /** Base URL of the source instance. */
  sourceHost(): string;
}

/** The program that declares the file's connections and syncs. A sync that reads what another one writes depends on it. */
export function syncsProgram(file: SyncsFile, { secretOf, sourceHost }: SyncsProgramOptions): PulumiFn {
  return async () => {
    const { ExternalInfisicalConnection, ExternalInfisicalSecretSync } = await import(
      "../../provider/pulumi/index.ts"
    );
    const connections = new Map(
      [...file.connections].map(([name, { machineIdentityClientSecret: _, ...args }]) => {
        const secret = secretOf(`connections.${name}.machineIdentityClientSecret`);
        const given = secret === undefined ? {} : { machineIdentityClientSecret: secret };
        return [name, new ExternalInfisicalConnection(name, { name, ...defined(args), ...given })] as const;
      }),
    );
    const writers = writersRead(routesOf(file, sourceHost()));
    const made = new Map<string, Resource>();
    let former: Resource[] = [];
    for (const wave of wavesOf(file.syncs)) {
      const dependsOn = former;
      former = inOrder(wave, writers).flatMap((name) => {
        const sync = file.syncs.get(name);
        if (!sync) return [];
        const writer = made.get(writers.get(name) ?? "");
        const { connection: connectionName, wave: _, ...args } = sync;
        const connection = connections.get(connectionName);
        if (!connection) throw new Error(`There is no connection named "${connectionName}".`);
        const syncOptions = defined(args.syncOptions);
        const all = { name, connection, ...defined(args), syncOptions };
        const resource = new ExternalInfisicalSecretSync(name, all, {
          dependsOn: [...new Set([...dependsOn, ...(writer ? [writer] : [])])],
        });
        made.set(name, resource);
        return [resource];
      });
    }
  };
}

/** The names of a wave, each after the one that writes what it reads; there are no loops. */
function inOrder(wave: readonly string[], writers: ReadonlyMap<string, string>): string[] {
  const ordered = new Set<string>();
  const open = new Set(wave);
  for (const name of wave) {
    const chain: string[] = [];
    for (let at: string | undefined = name; at !== undefined && open.has(at); at = writers.get(at)) {
      chain.push(at);
      open.delete(at);
    }
    for (const each of chain.reverse()) ordered.add(each);
  }
  return [...ordered];
}

const SOURCE_KEYS = ["host", "clientId", "clientSecret", "token", "allowInsecureHttp"] as const;

/** The stack configuration of the file's source. Keys with undefined are those it must not have. */
export function sourceConfig(
  { source }: SyncsFile,
  secretOf: (path: string) => string | undefined,
): Record<string, ConfigMap[string] | undefined> {
  if (!source) return {};
  return Object.fromEntries(
    SOURCE_KEYS.map((name) => {
      const isSecret = name === "clientSecret" || name === "token";
      const value = isSecret ? secretOf(`source.${name}`) : source[name];
      const entry = value === undefined ? undefined : { value: String(value), secret: isSecret };
      return [`external-infisical:${name}`, entry];
    }),
  );
}

type Defined<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

/** Without properties that are undefined: to Pulumi those are properties. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Defined<T>;
}
