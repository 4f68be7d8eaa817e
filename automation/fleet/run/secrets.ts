/**
 * Secrets never get into the database. In declarations stand references, which a worker resolves at each run; what the
 * resources' inputs and outputs hold of logins is taken out before they are stored, and put in again where they are read.
 */
import { lookUp } from "../../../provider/look-up.ts";
import { omit } from "../../../provider/resources/properties.ts";
import type { Properties } from "../../../provider/resources/resource.ts";
import { EngineError } from "../../engines/engine.ts";
import { parseReference } from "../../syncs/schema.ts";
import { resolveSecret } from "../../syncs/secrets.ts";
import type { DeclaredProject, ProjectRow } from "../rows/rows.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What of a project's declarations logs in, with its secrets. */
export interface Logins {
  source: Properties;
  connections: DeclaredProject["connections"];
}

/** By the names that declarations have for them; the last is of who is told. */
const SECRETS = ["clientSecret", "token", "machineIdentityClientSecret", "secret"];

type Referring = Pick<ProjectRow, "name" | "folder" | "declared">;

/** What of inputs and outputs logs in at a connection's instance, and is secret. */
const LOGIN = "machineIdentityClientSecret";

/**
 * @param names of the connections that are needed: what others refer to may be elsewhere
 * @throws EngineError `invalid-config` naming what this worker has not
 */
export async function resolveLogins(
  { name, folder, declared }: Referring,
  names: readonly string[],
  environment: Environment,
): Promise<Logins> {
  const problems: string[] = [];
  const resolve = async (path: string, properties: Properties): Promise<Properties> => {
    const resolved = await resolveIn(path, properties, { name, folder }, environment);
    problems.push(...resolved.problems);
    return { ...properties, ...resolved.found };
  };
  const source = await resolve("source", declared.source);
  const connections = new Map<string, Properties>();
  for (const each of new Set(names)) {
    const connection = lookUp(declared.connections, each);
    if (connection) connections.set(each, await resolve(`connections.${each}`, connection));
  }
  if (problems.length > 0)
    throw new EngineError(
      "invalid-config",
      `Not all secrets are known to this worker: ${problems.join("; ")}.`,
      {
        hint: "Give them to all workers alike, in the environment or as files.",
      },
    );
  return { source, connections: Object.fromEntries(connections) };
}

/** What of all that a project's declarations refer to is not there. */
export async function missingSecrets(project: Referring, environment: Environment): Promise<string[]> {
  const { source, connections, notify } = project.declared;
  const all: [path: string, properties: Properties][] = [
    ["source", source],
    ...Object.entries(connections).map(([name, each]): [string, Properties] => [`connections.${name}`, each]),
    ["fleet.notify", notify ?? {}],
  ];
  const resolved = await Promise.all(
    all.map(([path, properties]) => resolveIn(path, properties, project, environment)),
  );
  return resolved.flatMap(({ problems }) => problems);
}

/** The secrets of these properties, by their names, and why others are not known. */
async function resolveIn(
  path: string,
  properties: Properties,
  { name, folder }: Pick<ProjectRow, "name" | "folder">,
  environment: Environment,
): Promise<{ found: Readonly<Record<string, string>>; problems: string[] }> {
  const found = new Map<string, string>();
  const problems: string[] = [];
  for (const secret of SECRETS) {
    const reference = lookUp(properties, secret);
    if (typeof reference !== "string") continue;
    const places = { environment, folder, config: {} };
    const { value, problem } = await resolveSecret(parseReference(reference), name, places);
    if (value === undefined) problems.push(`${path}.${secret}: ${problem ?? "is empty"}`);
    else found.set(secret, value);
  }
  return { found: Object.fromEntries(found), problems };
}

/** As they are stored. */
export const withoutSecrets = (properties: Properties): Properties => omit(properties, [LOGIN]);

/** As the resources want them. */
export function withSecrets(properties: Properties, { connections }: Logins): Properties {
  const secret = lookUp(lookUp(connections, String(properties["connectionName"])), LOGIN);
  return secret === undefined ? properties : { ...properties, [LOGIN]: secret };
}
