// Connections and syncs of a seed that has been checked: plain data, so nothing is logged in to and nothing is queued.
import { z } from "zod";
import { ensureFolder } from "../folders/folders.ts";
import type { Environment, Project, World } from "../model.ts";
import { createConnectionBody, credentials } from "./connection-schemas.ts";
import { addConnection } from "./connections.ts";
import { uuid } from "./fields.ts";
import type { AppConnection } from "./model.ts";
import { createSyncBody, destinationConfig, strictSyncOptions } from "./sync-schemas.ts";
import { addSync } from "./syncs.ts";

export const connectionSeed = z.strictObject({
  ...createConnectionBody.pick({ name: true, description: true }).shape,
  credentials: credentials.strict(),
  id: uuid.optional(),
  /** Id or slug; a connection of the organization when absent. */
  project: z.string().optional(),
});

export const secretSyncSeed = z.strictObject({
  ...createSyncBody.omit({ projectId: true, connectionId: true }).shape,
  syncOptions: strictSyncOptions,
  destinationConfig: destinationConfig.strict(),
  id: uuid.optional(),
  /** Id or slug of the source project. */
  project: z.string(),
  /** Id or name. */
  connection: z.string(),
});

/** What a seed may name things by. */
export interface SeedNames {
  projectOf: (idOrSlug: string) => Project;
  environmentOf: (project: Project, slug: string) => Environment;
}

export function seedConnection(
  world: World,
  { projectOf }: SeedNames,
  { project: named, ...seed }: z.output<typeof connectionSeed>,
) {
  const project = named === undefined ? null : projectOf(named);
  const { id, name } = addConnection(world, { ...seed, project });
  return { id, name };
}

/** Source folders are made when missing, as for secrets. */
export function seedSecretSync(
  world: World,
  { projectOf, environmentOf }: SeedNames,
  { project: named, connection, environment, secretPath, ...seed }: z.output<typeof secretSyncSeed>,
) {
  const project = projectOf(named);
  const { id, name } = addSync(world, {
    ...seed,
    project,
    folder: ensureFolder(world, environmentOf(project, environment), secretPath),
    connection: connectionOf(world, connection, project),
  });
  return { id, name };
}

/** Of the same name, the project's own comes before the organization's. */
function connectionOf(world: World, idOrName: string, project: Project): AppConnection {
  const byId = world.connections.get(idOrName);
  const named = [...world.connections.values()].filter(({ name }) => name === idOrName);
  const found =
    byId ?? named.find((one) => one.project === project) ?? named.find((one) => one.project === null);
  if (!found) throw new Error(`Seed names connection "${idOrName}", which is not there`);
  return found;
}
