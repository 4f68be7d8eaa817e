/** A Pulumi program made from a syncs.yaml. */
import type { Resource } from "@pulumi/pulumi";
import type { ConfigMap, PulumiFn } from "../engines/engine.ts";
import type { SyncsFile } from "./read.ts";
import { wavesOf } from "./waves.ts";

/**
 * The program that declares the file's connections and syncs.
 *
 * @param secretOf gives the secret at a path of the file; asked only when the program runs
 */
export function syncsProgram(file: SyncsFile, secretOf: (path: string) => string | undefined): PulumiFn {
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
    let former: Resource[] = [];
    for (const wave of wavesOf(file.syncs)) {
      const dependsOn = former;
      former = wave.flatMap((name) => {
        const sync = file.syncs.get(name);
        if (!sync) return [];
        const { connection: connectionName, wave: _, ...args } = sync;
        const connection = connections.get(connectionName);
        if (!connection) throw new Error(`There is no connection named "${connectionName}".`);
        const syncOptions = defined(args.syncOptions);
        const all = { name, connection, ...defined(args), syncOptions };
        return [new ExternalInfisicalSecretSync(name, all, { dependsOn })];
      });
    }
  };
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
