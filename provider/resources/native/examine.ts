/** What the source instance has of a sync that it runs, for a diagnosis. Writes nothing. */
import { BridgeError } from "../../errors.ts";
import type { ConnectionRow, SyncRow } from "../../infisical/control-plane/index.ts";
import { pick } from "../properties.ts";
import type { Context, Properties } from "../resource.ts";
import { movedConnection } from "./at-instance.ts";
import { type Difference, syncDifferences } from "./differences.ts";
import { planeOf } from "./plane.ts";

/** Absent is what is not there yet, or could not be looked at any more. */
export interface ExaminedObjects {
  /** Why the identity cannot see the objects, or the instance does not know any. */
  failure?: BridgeError;
  sync?: SyncRow;
  connection?: ConnectionRow;
  /** What the instance has otherwise than declared. */
  differences: Difference[];
}

/** @param declared arguments of the sync and its connection; `syncId` where it is on record */
export async function examineObjects(declared: Properties, context: Context): Promise<ExaminedObjects> {
  const { syncId, name, projectId, connectionName } = declared;
  const found: ExaminedObjects = { differences: [] };
  try {
    const plane = planeOf(context);
    // All of them: one that is looked for by its name is answered as missing, whatever the identity may see.
    const syncs = await plane.listSyncs(String(projectId));
    const sync = syncs.find((row) => (typeof syncId === "string" ? row.id === syncId : row.name === name));
    const connection = sync
      ? await plane.readConnection(sync.connectionId)
      : typeof connectionName === "string"
        ? await plane.findConnection(connectionName, undefined)
        : undefined;
    Object.assign(found, { ...(sync && { sync }), ...(connection && { connection }) });
    // The id of a connection that is declared here is known after a deployment only.
    const known = typeof syncId === "string" ? declared : { ...declared, connectionId: sync?.connectionId };
    found.differences = [
      ...(sync ? syncDifferences(sync, known) : []),
      ...(connection ? movedConnection(connection, pick(declared, TARGET)) : []),
    ];
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    found.failure = error;
  }
  return found;
}

const TARGET = ["instanceUrl", "machineIdentityClientId"];
