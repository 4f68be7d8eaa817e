/** A recorded sync as its instance has it now: the instance acts on its own objects, which somebody may have changed. */
import { BridgeError } from "../../../errors.ts";
import type { ConnectionRow, SyncRow } from "../../../infisical/control-plane/index.ts";
import { problemsOf } from "../../problems.ts";
import { isEqual, omit, pick } from "../../properties.ts";
import type { Context, Properties } from "../../resource.ts";
import type { SecretSyncInputs, SyncProperties } from "../inputs.ts";
import {
  connectionArgumentsAt,
  connectionDifferences,
  type Difference,
  syncArgumentsAt,
  syncDifferences,
} from "./differences.ts";
import { nativeSyncInputs } from "./inputs.ts";
import { planeOf } from "./plane.ts";
import { notThere } from "./predict.ts";

export interface AtInstance {
  row: SyncRow;
  /** The arguments of the sync and its connection as the instance has them; the others are those on record. */
  inputs: SecretSyncInputs;
  /** What of it is not as recorded. */
  differences: Difference[];
  /** The connection is another one, or somebody has pointed it elsewhere: what logs in there is not known here. */
  isElsewhere: boolean;
}

/** @throws BridgeError `not-found` where the sync is gone, `rejected` for what this version does not know */
export async function syncAtInstance(
  id: string,
  outputs: SyncProperties,
  context: Context,
): Promise<AtInstance> {
  const plane = planeOf(context);
  const row = await plane.readSync(id);
  if (!row) throw notThere(String(outputs.name));
  const connection = await plane.readConnection(row.connectionId);
  if (!connection)
    throw new BridgeError(
      "not-found",
      `The source instance has no Infisical Connection ${row.connectionId}.`,
    );
  const { name: connectionName, instanceUrl, machineIdentityClientId } = connectionArgumentsAt(connection);
  const target = { connectionName, instanceUrl, machineIdentityClientId };
  const changed = connectionChanges(connection, outputs);
  const isMoved = changed.some(({ argument }) => argument !== "connection.name");
  const isElsewhere = isMoved || String(outputs.connectionId).trim() !== row.connectionId;
  const parsed = nativeSyncInputs.required(REQUIRED).safeParse({
    ...omit(outputs, isElsewhere ? [SECRET] : []),
    ...withoutGone(syncArgumentsAt(row)),
    syncOptions: { ...(outputs.syncOptions as Properties), ...syncArgumentsAt(row).syncOptions },
    ...target,
  });
  if (!parsed.success)
    throw new BridgeError(
      "rejected",
      `The instance's sync "${row.name}" has what this version does not know: ${problemsOf(parsed.error.issues).join("; ")}.`,
    );
  const differences = [...syncDifferences(row, outputs), ...changed];
  return { row, inputs: parsed.data as SecretSyncInputs, differences, isElsewhere };
}

/**
 * What of a sync's connection is not as it is on record.
 *
 * @param outputs of the sync, which name its connection and where that leads
 * @param recorded outputs of the connection itself, where the same deployment has it: they tell more
 */
export function connectionChanges(
  row: ConnectionRow,
  outputs: SyncProperties,
  recorded?: Properties,
): Difference[] {
  const known = { name: outputs.connectionName, ...pick(outputs, TARGET) };
  const changed = recorded
    ? connectionDifferences(row, recorded)
    : connectionDifferences(row, known).filter(({ argument }) => argument !== "description");
  return changed.map((one) => ({ ...one, argument: `connection.${one.argument}` }));
}

const TARGET = ["instanceUrl", "machineIdentityClientId"];
const SECRET = "machineIdentityClientSecret";
const REQUIRED = { connectionName: true, instanceUrl: true, machineIdentityClientId: true } as const;

/** Environment and path go with the source folder; what is on record of them is all that is left then. */
const withoutGone = ({
  environment,
  secretPath,
  ...rest
}: ReturnType<typeof syncArgumentsAt>): Properties => ({
  ...rest,
  ...(environment !== undefined && { environment }),
  ...(secretPath !== undefined && { secretPath }),
});

/** True, and told, where no secret that is known here is to be taken: somebody has pointed the connection there. */
export function isOutOfReach({ inputs, isElsewhere }: AtInstance, context: Context): boolean {
  if (isElsewhere)
    context.log(
      `${inputs.name}: keys unknown, since the destination is not readable: the instance's connection "${inputs.connectionName}" leads to ${inputs.instanceUrl} now, and the credentials that are known here are not used there`,
    );
  return isElsewhere;
}

/** True where a job would act on the same objects in the same way. */
export const isSameJob = (a: SyncRow, b: SyncRow): boolean => isEqual(jobOf(a), jobOf(b));

const jobOf = ({ connectionId, environment, folder, destinationConfig, syncOptions }: SyncRow) => ({
  connectionId,
  environment: environment?.slug,
  secretPath: folder?.path,
  destinationConfig,
  syncOptions,
});
