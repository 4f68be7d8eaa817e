/** `terraform import`: what each form of id names. */
import { randomUUID } from "node:crypto";
import { BridgeError, describeError } from "../../errors.ts";
import { lookUp } from "../../look-up.ts";
import { UUID } from "../../normal-place.ts";
import { resources } from "../../resources/index.ts";
import { problemsOf } from "../../resources/problems.ts";
import { present } from "../../resources/properties.ts";
import type { Properties } from "../../resources/resource.ts";
import { planeOf } from "../../resources/sync/native/plane.ts";
import { standingOf } from "../../resources/sync/native/standing.ts";
import { connectionArgs, secretSyncArgs } from "../../schema.ts";
import { type Context, notLookedAt, type Standing } from "../managed-resource.ts";
import { fromProperties } from "../properties.ts";
import { type Attributes, argumentsOf } from "../schema.ts";
import type { ObjectValue } from "../value.ts";
import { CONNECTION, connectionValue } from "./connection-attribute.ts";

const IDS =
  "Import by id or as <project id>::<name>; a sync of the engine as <project id>/<environment><path>::<name>, for example 1a2b/prod/app::dr-billing.";

const namesOfSync = secretSyncArgs.pick({ projectId: true, environment: true, secretPath: true, name: true });

/** By id, by name, or by `<project id>::<name>` for one that belongs to a project. */
export async function importConnection(id: string, context: Context): Promise<Standing> {
  const plane = planeOf(context);
  const { projectId, name } = namedIn(id);
  const row = UUID.test(id) ? await plane.readConnection(id) : await plane.findConnection(name, projectId);
  if (!row)
    throw notFound(
      `an Infisical Connection ${id}`,
      'A connection with execution = "engine" exists in the state only: there is nothing to import, and creating it writes nothing.',
    );
  const olds = present({ execution: "native", name: row.name, projectId: row.projectId });
  const found = await resources.connection.read(row.id, olds, context);
  const args = found?.inputs ?? olds;
  return { state: { ...withDefaults(argumentsOf(connectionArgs), args), id: row.id }, kept: { outputs: {} } };
}

/**
 * A sync of the engine by its place, `<project id>/<environment><path>::<name>`: the rest comes with the first
 * plan. A native one by id, or by `<project id>::<name>`.
 */
export async function importSync(id: string, context: Context): Promise<Standing> {
  const [, project, environment, secretPath, name] = /^([^/:]+)\/([^/]+)(\/.*?)::(.+)$/.exec(id) ?? [];
  if (project !== undefined) {
    const named = namesOfSync.safeParse({ projectId: project, environment, secretPath, name });
    if (!named.success)
      throw new BridgeError(
        "invalid-arguments",
        `The id names no sync: ${problemsOf(named.error.issues).join("; ")}.`,
        { hint: IDS },
      );
    const syncId = randomUUID();
    const args = fromProperties(argumentsOf(secretSyncArgs), named.data);
    const createdAt = context.now().toISOString();
    return {
      state: { ...args, id: syncId },
      kept: { outputs: { syncId, createdAt }, isImported: true },
    };
  }
  const plane = planeOf(context);
  const named = namedIn(id);
  const row = UUID.test(id)
    ? await plane.readSync(id)
    : named.projectId === undefined
      ? undefined
      : await plane.findSync(named.name, named.projectId);
  if (!row) throw notFound(`an Infisical Sync ${id}`, IDS);
  const connection = await plane.readConnection(row.connectionId);
  const olds = {
    connectionExecution: "native",
    name: row.name,
    projectId: row.projectId,
    connectionId: row.connection.id,
    connectionName: row.connection.name,
    ...(connection && { ...connection.credentials, allowInsecureHttp: false }),
  };
  const found = await resources.secretSync.read(row.id, olds, context);
  const inputs = found?.inputs ?? olds;
  const args = withDefaults(argumentsOf(secretSyncArgs), inputs);
  const state = { ...args, [CONNECTION]: connectionValue(inputs), id: row.id };
  try {
    const standing = await standingOf(inputs, row, context);
    if (!standing) return { state, kept: { outputs: {} } };
    const { keys, memory } = standing;
    const createdAt = row.createdAt ?? context.now().toISOString();
    return { state: { ...state, keys }, kept: { outputs: { createdAt, memory } } };
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    return { state, kept: { outputs: {} }, problems: [notLookedAt("sync", describeError(error))] };
  }
}

/** What an instance has is known in full: a configuration may spell a default out or leave it out. */
function withDefaults(attributes: Attributes, inputs: Properties): ObjectValue {
  const values = fromProperties(attributes, inputs);
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { standard }]) => [
      name,
      lookUp(values, name) ?? standard ?? null,
    ]),
  );
}

function namedIn(id: string): { projectId: string | undefined; name: string } {
  const [, projectId, name] = /^([^/]+?)::(.+)$/.exec(id) ?? [];
  return { projectId, name: name ?? id };
}

const notFound = (what: string, hint: string) =>
  new BridgeError("not-found", `The source instance has no ${what.replace(/^an? /, "")}.`, { hint });
