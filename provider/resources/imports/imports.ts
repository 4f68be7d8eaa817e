/** What each form of id names that is to be imported, and as much as can be known of it. */
import { randomUUID } from "node:crypto";
import { BridgeError, describeError } from "../../errors.ts";
import { UUID } from "../../normal-place.ts";
import { connectionArgs, secretSyncArgs } from "../../schema.ts";
import { resources } from "../index.ts";
import { problemsOf } from "../problems.ts";
import { pick, present } from "../properties.ts";
import type { Context, Properties } from "../resource.ts";
import { connectionArgumentsAt } from "../sync/native/differences.ts";
import { isUnsuccessful } from "../sync/native/jobs.ts";
import { planeOf } from "../sync/native/plane.ts";
import { syncOutputs } from "../sync/native/rows.ts";
import { standingOf } from "../sync/native/standing.ts";

/** An object as it was found. */
export interface Imported {
  id: string;
  inputs: Properties;
  outputs: Properties;
  /** It is known by what its id tells, and the rest comes with the first plan: it is to be made as what is new. */
  isNamedOnly?: true;
  /** Why its keys are not known. */
  unseen?: string;
}

const IDS =
  "Import by id or as <project id>::<name>; a sync of the engine as <project id>/<environment><path>::<name>, for example 1a2b/prod/app::dr-billing.";

const namesOfSync = secretSyncArgs.pick({ projectId: true, environment: true, secretPath: true, name: true });

/** By id, by name, or by `<project id>::<name>` for one that belongs to a project. */
export async function importedConnection(id: string, context: Context): Promise<Imported> {
  const plane = planeOf(context);
  const { projectId, name } = namedIn(id);
  const row = UUID.test(id) ? await plane.readConnection(id) : await plane.findConnection(name, projectId);
  if (!row)
    throw notFound(
      `Infisical Connection ${id}`,
      'A connection with execution = "engine" exists in the state only: there is nothing to import, and creating it writes nothing.',
    );
  const olds = present({ execution: "native", projectId: row.projectId, ...connectionArgumentsAt(row) });
  const found = await resources.connection.read(row.id, olds, context);
  const inputs = pick(found?.inputs ?? olds, Object.keys(connectionArgs.shape));
  return { id: row.id, inputs, outputs: { ...found?.outputs, ...inputs } };
}

/**
 * A sync of the engine by its place, `<project id>/<environment><path>::<name>`. A native one by id, or by
 * `<project id>::<name>`.
 */
export async function importedSync(id: string, context: Context): Promise<Imported> {
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
    const createdAt = context.now().toISOString();
    return { id: syncId, inputs: named.data, outputs: { syncId, createdAt }, isNamedOnly: true };
  }
  const plane = planeOf(context);
  const named = namedIn(id);
  const row = UUID.test(id)
    ? await plane.readSync(id)
    : named.projectId === undefined
      ? undefined
      : await plane.findSync(named.name, named.projectId);
  if (!row) throw notFound(`Infisical Sync ${id}`, IDS);
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
  const outputs = { createdAt: context.now().toISOString(), ...syncOutputs(row) };
  // After a run that failed the next one starts as if nothing were known.
  if (isUnsuccessful(row.syncStatus)) return { id: row.id, inputs, outputs };
  try {
    return { id: row.id, inputs, outputs: { ...outputs, ...(await standingOf(inputs, row, context)) } };
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    return { id: row.id, inputs, outputs, unseen: describeError(error) };
  }
}

function namedIn(id: string): { projectId: string | undefined; name: string } {
  const [, projectId, name] = /^([^/]+?)::(.+)$/.exec(id) ?? [];
  return { projectId, name: name ?? id };
}

const notFound = (what: string, hint: string) =>
  new BridgeError("not-found", `The source instance has no ${what}.`, { hint });
