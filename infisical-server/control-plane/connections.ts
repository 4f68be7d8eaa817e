// The connections of an instance: finding, adding and the rule for names.
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { badRequest, notFound } from "../http/errors.ts";
import type { Identity, Project, World } from "../model.ts";
import { timestamp } from "../world.ts";
import type { AppConnection, ConnectionCredentials } from "./model.ts";
import { requireConnectionAction } from "./permissions.ts";

export interface ConnectionInput {
  id?: string | undefined;
  name: string;
  description?: string | null | undefined;
  project: Project | null;
  credentials: ConnectionCredentials;
}

export function addConnection(world: World, input: ConnectionInput): AppConnection {
  const at = timestamp(world);
  const connection: AppConnection = {
    id: input.id ?? randomUUID(),
    name: input.name,
    description: input.description ?? null,
    project: input.project,
    credentials: input.credentials,
    credentialsHash: newCredentialsHash(),
    createdAt: at,
    updatedAt: at,
  };
  world.connections.set(connection.id, connection);
  return connection;
}

/** The product hashes what it encrypted, so equal credentials give another hash each time: nothing of them is in it. */
export const newCredentialsHash = () => createHash("sha256").update(randomBytes(32)).digest("hex");

export function connectionById(world: World, id: string): AppConnection {
  const connection = world.connections.get(id);
  if (!connection) throw notFound(`Could not find App Connection with ID ${id}`);
  return connection;
}

/** @param projectId without it only connections of the organization are looked at */
export function connectionByName(world: World, name: string, projectId: string | undefined): AppConnection {
  for (const one of world.connections.values()) {
    if (one.name === name && one.project?.id === projectId) return one;
  }
  const scope = projectId === undefined ? "organization" : "project";
  throw notFound(`Could not find App Connection with name ${name} in the ${scope} scope`);
}

/** Unique among the organization's own, and among those of each project (control-plane §2.5). */
export function requireFreeConnectionName(
  world: World,
  name: string,
  project: Project | null,
  self?: AppConnection,
): void {
  for (const one of world.connections.values()) {
    if (one !== self && one.name === name && one.project === project)
      throw badRequest(`An App Connection with the name "${name}" already exists`);
  }
}

/** Control-plane §3.4, step 10. Every connection is of the right app: there is only one. */
export function connectionForSync(
  world: World,
  identity: Identity,
  id: string,
  project: Project,
): AppConnection {
  const connection = connectionById(world, id);
  requireConnectionAction(identity, "connect", connection.project, id);
  if (connection.project && connection.project !== project) {
    throw badRequest(`You cannot connect project App Connection ${id} from another project`);
  }
  return connection;
}
