/** A Pulumi program made from a syncs.yaml. */
import { isFilteredBySource } from "../../provider/engine/filter.ts";
import { runPool } from "../../provider/engine/pool.ts";
import { typeToken } from "../../provider/pulumi/type-token.ts";
import type { SyncOptions } from "../../provider/schema.ts";
import type { ConfigMap, Declared, StackProgram } from "../engines/engine.ts";
import { childUrn } from "../engines/urn.ts";
import { type Route, routesOf, writersRead } from "./fleet.ts";
import type { SyncsFile } from "./read.ts";
import { createRegistrations } from "./registrations.ts";
import { wavesOf } from "./waves.ts";

/** What a file's program needs to know when it runs. */
export interface SyncsProgramOptions {
  /** The secret at a path of the file. */
  secretOf(path: string): string | undefined;
  /** Base URL of the source instance. */
  sourceHost(): string;
}

/** Resources that are open at a time: more than any engine works on, and few enough to be interrupted among them. */
const MOST_OPEN = 32;

/** The program that declares the file's connections and syncs. A sync that reads what another one writes depends on it. */
export function syncsProgram(file: SyncsFile, { secretOf, sourceHost }: SyncsProgramOptions): StackProgram {
  return async (targets) => {
    const { ExternalInfisicalConnection } = await import("../../provider/pulumi/index.ts");
    const { declareSecretSync } = await import("../../provider/pulumi/external-infisical-secret-sync.ts");
    const connections = new Map(
      [...file.connections].map(([name, { machineIdentityClientSecret: _, ...args }]) => {
        const secret = secretOf(`connections.${name}.machineIdentityClientSecret`);
        const given = secret === undefined ? {} : { machineIdentityClientSecret: secret };
        return [name, new ExternalInfisicalConnection(name, { name, ...defined(args), ...given })] as const;
      }),
    );
    const registrations = createRegistrations(targets === undefined);
    const declare = async (name: string, dependsOn: readonly string[]) => {
      const entry = file.syncs.get(name) ?? missing("sync", name);
      const { connection: connectionName, wave: _, fleet: __, ...args } = entry;
      const connection = connections.get(connectionName) ?? missing("connection", connectionName);
      const needed = { name: connectionName, resource: connection };
      const all = { name, connection, ...defined({ ...args, syncOptions: registered(args.syncOptions) }) };
      await registrations.add(name, dependsOn, needed, (before) =>
        withoutTraces(() => declareSecretSync(name, all, { dependsOn: before })),
      );
    };
    const failure = await runPool(declarations(file, sourceHost(), declare), MOST_OPEN);
    if (failure) throw failure.error;
    await registrations.end();
  };
}

/**
 * What the program declares, without running it. A sync needs its connection and the syncs that write what it reads. That it
 * comes after those of the wave before is an order, and no need.
 */
export function declaredBy(file: SyncsFile, stack: string, sourceHost: string): Declared[] {
  const writers = writersRead(routesOf(file, sourceHost));
  const urnOf = (type: Parameters<typeof typeToken>[0], name: string) =>
    childUrn(stack.split("/").at(-1) ?? "", file.project, "", typeToken(type), name);
  const sync = (name: string) => urnOf("ExternalInfisicalSecretSync", name);
  const connection = (name: string) => urnOf("ExternalInfisicalConnection", name);
  return [
    ...[...file.connections.keys()].map((name) => ({ urn: connection(name), needs: [] })),
    ...[...file.syncs].map(([name, { connection: its }]) => ({
      urn: sync(name),
      needs: [connection(its), ...(writers.get(name) ?? []).map(sync)],
    })),
  ];
}

/** Each sync after those that it depends on: the wave before its own, and those that write what it reads. */
function* declarations(
  file: SyncsFile,
  sourceHost: string,
  declare: (name: string, dependsOn: readonly string[]) => Promise<void>,
): Generator<() => Promise<void>> {
  const routes = routesOf(file, sourceHost);
  const writers = writersRead(routes);
  let former: string[] = [];
  for (const wave of wavesOf(file.syncs)) {
    const names = inOrder(sideBySide(wave, routes), writers);
    for (const name of names) {
      const dependsOn = new Set([...former, ...(writers.get(name) ?? [])]);
      yield () => declare(name, [...dependsOn]);
    }
    former = names;
  }
}

/**
 * The SDK takes a trace with each promise of each resource, and every one would tell of this file alone. The limit is the
 * whole process's, so that it is put back before anything else runs.
 */
function withoutTraces<T>(run: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = before;
  }
}

function missing(what: string, name: string): never {
  throw new Error(`There is no ${what} named "${name}".`);
}

/** Syncs into one environment come one after the other: those that are worked on at a time share looks. */
function sideBySide(names: readonly string[], routes: readonly Route[]): string[] {
  const environments = new Map(
    routes.map(({ name, destination: { origin, projectId, environment } }) => [
      name,
      JSON.stringify([origin, projectId, environment]),
    ]),
  );
  return [...Map.groupBy(names, (name) => environments.get(name)).values()].flat();
}

/** The names of a wave, each after those that write what it reads; there are no loops. */
function inOrder(wave: readonly string[], writers: ReadonlyMap<string, readonly string[]>): string[] {
  const ordered = new Set<string>();
  const open = new Set(wave);
  for (const name of wave) {
    // Depth first with a stack of our own: a chain may be as long as the wave.
    const trail = [name];
    for (let at = trail.at(-1); at !== undefined; at = trail.at(-1)) {
      open.delete(at);
      const before = writers.get(at)?.find((writer) => open.has(writer));
      if (before !== undefined) trail.push(before);
      else {
        ordered.add(at);
        trail.pop();
      }
    }
  }
  return [...ordered];
}

const SOURCE_KEYS = ["host", "clientId", "clientSecret", "token", "auth", "allowInsecureHttp"] as const;

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
      // As Pulumi keeps what is no text.
      const text = typeof value === "object" ? JSON.stringify(value) : String(value);
      const entry = value === undefined ? undefined : { value: text, secret: isSecret };
      return [`external-infisical:${name}`, entry];
    }),
  );
}

/** The options as earlier versions have registered them: a newer one is no change of what is deployed. */
const registered = ({ includeAllSubFolders, ...options }: SyncOptions) => ({
  ...(!isFilteredBySource({ includeAllSubFolders, ...options }) && { unownedKeys: "delete" as const }),
  ...options,
  ...(includeAllSubFolders && { includeAllSubFolders }),
});

type Defined<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [Name in keyof T]: Defined<Exclude<T[Name], undefined>> }
    : T;

/** Without properties that are undefined, at any depth: to Pulumi those are properties. */
function defined<T>(value: T): Defined<T> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value as Defined<T>;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([name, inner]) => [name, defined(inner)])) as Defined<T>;
}
