import type { World } from "../model.ts";
import { APP, METHOD } from "./connection-schemas.ts";
import type { AppConnection } from "./model.ts";

/** Control-plane §2.3: everything but the client secret. */
export const connectionView = (world: World, connection: AppConnection) => ({
  id: connection.id,
  name: connection.name,
  description: connection.description,
  version: 1,
  orgId: world.organization.id,
  createdAt: connection.createdAt,
  updatedAt: connection.updatedAt,
  isPlatformManagedCredentials: false,
  gatewayId: null,
  projectId: connection.project?.id ?? null,
  isAutoRotationEnabled: false,
  gatewayPoolId: null,
  credentialsHash: connection.credentialsHash,
  app: APP,
  method: METHOD,
  credentials: {
    instanceUrl: connection.credentials.instanceUrl,
    machineIdentityClientId: connection.credentials.machineIdentityClientId,
  },
});

/** Not confirmed for single reads, so only lists tell the project. */
export const listedConnectionView = (world: World, connection: AppConnection) => {
  const { project } = connection;
  return {
    ...connectionView(world, connection),
    project: project && { id: project.id, name: project.name, type: project.type, slug: project.slug },
  };
};

/** A row of the connections one may use. */
export const availableConnectionView = (world: World, { id, name, project }: AppConnection) => ({
  app: APP,
  name,
  id,
  projectId: project?.id ?? null,
  orgId: world.organization.id,
});
