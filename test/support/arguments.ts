import type { SyncArguments } from "../scenarios/scenario.ts";
import type { PlayedWorld } from "./world.ts";

/** Inputs of the world's connection, as the resource class passes them. */
export function connectionInputs(world: PlayedWorld): Record<string, unknown> {
  return {
    name: "dr-site",
    instanceUrl: world.destination.server.url,
    machineIdentityClientId: world.destination.clientId,
    ...(world.execution === "native" && { execution: "native" }),
    ...(world.connectionSecret === "argument" && {
      machineIdentityClientSecret: world.destination.clientSecret,
    }),
  };
}

/** The provider's configuration for the world. */
export function providerConfiguration(
  world: PlayedWorld,
): Record<string, { value: string; secret?: boolean }> {
  const { source, destination } = world;
  return {
    "external-infisical:host": { value: source.server.url },
    "external-infisical:clientId": { value: source.clientId },
    "external-infisical:clientSecret": { value: source.clientSecret, secret: true },
    ...(world.connectionSecret === "configuration" && {
      "external-infisical:connectionSecrets": {
        value: JSON.stringify({ "dr-site": destination.clientSecret }),
        secret: true,
      },
    }),
  };
}

/** Arguments of a sync over the world's places, without its connection. */
export function syncArguments(world: PlayedWorld, args: SyncArguments): Record<string, unknown> {
  const { resourceName: _ofTheEngine, destinationPath, ...rest } = args;
  return {
    name: "dr-billing",
    projectId: world.source.projectId,
    environment: world.source.environment,
    secretPath: world.source.secretPath,
    destinationConfig: {
      projectId: world.destination.projectId,
      environment: world.destination.environment,
      secretPath:
        destinationPath === undefined
          ? world.destination.secretPath
          : world.destination.root + destinationPath,
    },
    syncOptions: { initialSyncBehavior: "overwrite-destination" },
    ...rest,
  };
}

/** Inputs of a sync, as the resource class passes them. */
export function syncInputs(
  world: PlayedWorld,
  args: SyncArguments,
  connectionId: string,
): Record<string, unknown> {
  const { name, execution, ...connection } = connectionInputs(world);
  return {
    ...syncArguments(world, args),
    connectionId,
    connectionName: name,
    ...connection,
    ...(execution !== undefined && { connectionExecution: execution }),
  };
}
