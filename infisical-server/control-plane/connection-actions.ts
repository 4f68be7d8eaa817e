// What the writing connection routes do (control-plane §2.5 to §2.7).
import type { Context } from "../context.ts";
import { badRequest } from "../http/errors.ts";
import type { Identity, World } from "../model.ts";
import { timestamp } from "../world.ts";
import type { CreateConnection, UpdateConnection } from "./connection-schemas.ts";
import {
  addConnection,
  connectionById,
  newCredentialsHash,
  requireFreeConnectionName,
} from "./connections.ts";
import { requireValidCredentials } from "./credential-check.ts";
import type { AppConnection } from "./model.ts";
import { requireConnectionAction } from "./permissions.ts";

/** A taken name shows only after the login at the other instance: the product finds it when it inserts. */
export async function createConnection(
  context: Context,
  identity: Identity,
  { name, description, credentials, projectId }: CreateConnection,
): Promise<AppConnection> {
  const { world } = context;
  const project = projectId === undefined ? null : world.projects.get(projectId);
  if (project === undefined) throw badRequest(`Could not find project with ID ${projectId}`);
  requireConnectionAction(identity, "create", project);
  await requireValidCredentials(context, credentials);
  requireFreeConnectionName(world, name, project);
  return addConnection(world, { name, description, project, credentials });
}

/** Does not touch the syncs that use the connection; their next run takes the new credentials. */
export async function updateConnection(
  context: Context,
  identity: Identity,
  id: string,
  { name, description, credentials }: UpdateConnection,
): Promise<AppConnection> {
  const { world } = context;
  const connection = connectionById(world, id);
  requireConnectionAction(identity, "edit", connection.project, id);
  if (credentials) await requireValidCredentials(context, credentials);
  if (name !== undefined) requireFreeConnectionName(world, name, connection.project, connection);
  connection.name = name ?? connection.name;
  if (description !== undefined) connection.description = description;
  if (credentials) {
    connection.credentials = credentials;
    connection.credentialsHash = newCredentialsHash();
  }
  connection.updatedAt = timestamp(world);
  return connection;
}

export function deleteConnection(world: World, identity: Identity, id: string): AppConnection {
  const connection = connectionById(world, id);
  requireConnectionAction(identity, "delete", connection.project, id);
  for (const sync of world.syncs.values()) {
    if (sync.connection === connection) {
      throw badRequest(
        "Cannot delete App Connection: other resources still use it. Remove its Secret Syncs first.",
      );
    }
  }
  world.connections.delete(id);
  return connection;
}
