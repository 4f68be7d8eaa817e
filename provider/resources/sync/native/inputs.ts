import type { z } from "zod";
import { BridgeError } from "../../../errors.ts";
import type { ConnectionRow, ControlPlane } from "../../../infisical/control-plane/index.ts";
import { connectionArgs } from "../../../schema.ts";
import { type SecretSyncInputs, SUBFOLDERS, secretSyncInputs } from "../inputs.ts";

const { connectionName, instanceUrl, machineIdentityClientId, syncOptions } = secretSyncInputs.shape;

/** Arguments of a native sync: of its connection the id is enough, and folders are flattened. */
export const nativeSyncInputs = secretSyncInputs.extend({
  syncOptions: syncOptions.extend({
    subFolders: syncOptions.shape.subFolders.default(SUBFOLDERS.native),
  }),
  connectionName: connectionName.optional(),
  instanceUrl: instanceUrl.optional(),
  machineIdentityClientId,
});
export type NativeSyncInputs = z.output<typeof nativeSyncInputs>;

/** The arguments with those of the connection filled in, which the instance is asked for where need be. */
export async function withConnection(
  inputs: NativeSyncInputs,
  plane: ControlPlane,
): Promise<NativeSyncInputs & SecretSyncInputs> {
  const { connectionName, instanceUrl, machineIdentityClientId, connectionId } = inputs;
  if (connectionName !== undefined && instanceUrl !== undefined && machineIdentityClientId !== undefined)
    return { ...inputs, connectionName, instanceUrl, machineIdentityClientId };
  const row = await plane.readConnection(connectionId);
  if (row) return { ...inputs, ...connectionPart(row) };
  throw new BridgeError("not-found", `The source instance has no Infisical Connection ${connectionId}.`, {
    path: "connectionId",
    hint: "Give the id of a connection for Infisical, as the instance's API shows it.",
  });
}

function connectionPart({ name, credentials }: ConnectionRow) {
  return {
    connectionName: name,
    instanceUrl: connectionArgs.shape.instanceUrl.parse(credentials.instanceUrl),
    machineIdentityClientId: credentials.machineIdentityClientId,
  };
}
