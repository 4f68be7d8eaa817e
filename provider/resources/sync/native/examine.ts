/** What the source instance has of a sync that it runs, for a diagnosis. Writes nothing. */
import { BridgeError } from "../../../errors.ts";
import type { ConnectionRow, SyncRow } from "../../../infisical/control-plane/index.ts";
import type { Context, Properties } from "../../resource.ts";
import { connectionChanges } from "./at-instance.ts";
import { type Difference, syncDifferences } from "./differences.ts";
import { planeOf } from "./plane.ts";
import { rewritten } from "./repairs.ts";

/** Absent is what is not there yet, or could not be looked at any more. */
export interface ExaminedObjects {
  /** Why the identity cannot see the objects, or the instance does not know any. */
  failure?: BridgeError;
  sync?: SyncRow;
  connection?: ConnectionRow;
  /** They were deployed, so that what is absent has been deleted. */
  areOnRecord: boolean;
  /** Somebody has written the connection's credentials since the last deployment. */
  isRewritten: boolean;
  /** What the instance has otherwise than declared. */
  differences: Difference[];
}

/**
 * @param declared arguments of the sync and its connection; `syncId` where it is on record
 * @param recorded outputs of the connection, where that is
 */
export async function examineObjects(
  declared: Properties,
  context: Context,
  recorded?: Properties,
): Promise<ExaminedObjects> {
  const { syncId, name, projectId, connectionName, connectionId: recordedId } = declared;
  const areOnRecord = typeof syncId === "string";
  const found: ExaminedObjects = { areOnRecord, isRewritten: false, differences: [] };
  try {
    const plane = planeOf(context);
    // All of them: one that is looked for by its name is answered as missing, whatever the identity may see.
    const syncs = await plane.listSyncs(String(projectId));
    const sync = syncs.find((row) => (areOnRecord ? row.id === syncId : row.name === name));
    const connectionId = sync?.connectionId ?? (areOnRecord ? recordedId : undefined);
    const connection =
      typeof connectionId === "string"
        ? await plane.readConnection(connectionId)
        : typeof connectionName === "string"
          ? await plane.findConnection(connectionName, undefined)
          : undefined;
    Object.assign(found, { ...(sync && { sync }), ...(connection && { connection }) });
    found.isRewritten = !!connection && !!recorded && rewritten(recorded, connection).length > 0;
    // The id of a connection that is declared here is known after a deployment only.
    const known = areOnRecord ? declared : { ...declared, connectionId: sync?.connectionId };
    found.differences = [
      ...(sync ? syncDifferences(sync, known) : []),
      ...(connection ? connectionChanges(connection, declared, recorded) : []),
    ];
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    found.failure = error;
  }
  return found;
}
