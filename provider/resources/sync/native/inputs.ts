import { z } from "zod";
import { BridgeError } from "../../../errors.ts";
import type { ConnectionRow, ControlPlane } from "../../../infisical/control-plane/index.ts";
import { connectionArgs } from "../../../schema.ts";
import { type SecretSyncInputs, type SyncProperties, secretSyncInputs } from "../inputs.ts";

const { connectionName, instanceUrl, machineIdentityClientId } = secretSyncInputs.shape;

/** Arguments of a native sync: of its connection the id is enough. */
export const nativeSyncInputs = secretSyncInputs.extend({
  connectionName: connectionName.optional(),
  instanceUrl: instanceUrl.optional(),
  machineIdentityClientId: machineIdentityClientId.optional(),
});
export type NativeSyncInputs = z.output<typeof nativeSyncInputs>;

/** The arguments with those of the connection filled in, which the instance is asked for where need be. */
export async function withConnection(
  inputs: NativeSyncInputs,
  plane: ControlPlane,
): Promise<SecretSyncInputs> {
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

const writtenOptions = z
  .object({
    references: z.unknown(),
    unownedKeys: z.unknown(),
    ownershipMark: z.unknown(),
    onFailure: z.unknown(),
  })
  .partial();

/** Options that the product's sync does not have, and that no look before the run can stand in for. */
export function engineOnly(inputs: SyncProperties): string[] {
  // Each by itself: another one may be wrong, or not known yet.
  const options = writtenOptions.safeParse(inputs.syncOptions).data;
  return [
    ...(options?.references === "keep"
      ? ['syncOptions.references: "keep" needs execution: "engine"; an instance always expands references']
      : []),
    ...(options?.unownedKeys === "keep"
      ? [
          'syncOptions.unownedKeys: "keep" needs execution: "engine"; in native execution set disableSecretDeletion, or "fail" to be stopped',
        ]
      : []),
    ...(options?.ownershipMark === true
      ? ['syncOptions.ownershipMark needs execution: "engine"; an instance marks nothing']
      : []),
    ...(options?.onFailure === "restore"
      ? ['syncOptions.onFailure: "restore" needs execution: "engine"; an instance keeps what it wrote']
      : []),
    ...(inputs.onDestinationChange === "remove"
      ? [
          'onDestinationChange: "remove" needs execution: "engine"; an instance removes nothing at the old destination',
        ]
      : []),
  ];
}
