/** Where syncs read and write, as they are declared, and as it is on record of them. */
import { lookUp } from "../../../provider/look-up.ts";
import { placesOf, secretSyncInputs } from "../../../provider/resources/sync/inputs.ts";
import { connectionArgs, providerConfig, secretSyncArgs } from "../../../provider/schema.ts";
import type { Route } from "../../syncs/fleet.ts";
import type { DeclaredProject, DeclaredSync } from "../rows/rows.ts";

const located = secretSyncArgs.pick({
  projectId: true,
  environment: true,
  secretPath: true,
  destinationConfig: true,
  syncOptions: true,
});

/** @param name of the sync, with its project's */
export function routeOf(name: string, { args, connection }: DeclaredSync, project: DeclaredProject): Route {
  const { instanceUrl } = connectionArgs
    .pick({ instanceUrl: true })
    .parse(lookUp(project.connections, connection) ?? {});
  const { host } = providerConfig.pick({ host: true }).parse(project.source);
  return { name, path: [], ...placesOf({ ...located.parse(args), instanceUrl }, { host }) };
}

/** Where a sync has written, of the outputs that are on record of it. */
export const recordedDestination = secretSyncInputs
  .pick({
    projectId: true,
    environment: true,
    secretPath: true,
    instanceUrl: true,
    destinationConfig: true,
    syncOptions: true,
  })
  // Of which source it has read, nothing depends here.
  .transform((inputs) => placesOf(inputs, { host: "" }).destination);
