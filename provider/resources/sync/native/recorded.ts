/**
 * An object of the instance that is on record, for a check: that is told the arguments of the last deployment and no id.
 * One that is not there under its name may have been renamed by hand, and is then known by where it leads.
 */
import { some } from "../../../engine/shortened.ts";
import { BridgeError } from "../../../errors.ts";
import type { ConnectionRow, SyncRow } from "../../../infisical/control-plane/index.ts";
import type { ConnectionProperties, Context } from "../../resource.ts";
import type { SyncProperties } from "../inputs.ts";
import { connectionDifferences, type Difference, syncDifferences } from "./differences.ts";
import { planeOf } from "./plane.ts";

const TARGET = ["instanceUrl", "machineIdentityClientId"];
const DESTINATION = ["connectionId", "destinationConfig"];
const SOURCE = ["environment", "secretPath"];

/** True where both have one scope, address and identity. */
export const isConnectionLike = (row: ConnectionRow, olds: ConnectionProperties): boolean =>
  row.projectId === olds.projectId && !differs(connectionDifferences(row, olds), TARGET);

const hasDestination = (row: SyncRow, olds: SyncProperties): boolean =>
  !differs(syncDifferences(row, olds), DESTINATION);

/** True where both have one destination and one source, which may have been deleted meanwhile. */
export const isSyncLike = (row: SyncRow, olds: SyncProperties): boolean => {
  const moved = syncDifferences(row, olds).filter(({ instance }) => instance !== undefined);
  return hasDestination(row, olds) && !differs(moved, SOURCE);
};

/** @throws BridgeError `not-found` where none can be taken for it */
export async function recordedConnection(
  olds: ConnectionProperties,
  context: Context,
): Promise<ConnectionRow> {
  const plane = planeOf(context);
  const name = String(olds.name);
  const row = await plane.findConnection(name, olds.projectId as string | undefined);
  if (row) return row;
  const like = (await plane.listConnections()).filter((one) => isConnectionLike(one, olds));
  return renamed(`Infisical Connection "${name}"`, "with its address and identity", like, context);
}

/** An organization has no two syncs with one destination (control-plane §3.4). @throws BridgeError `not-found` */
export async function recordedSync(olds: SyncProperties, context: Context): Promise<SyncRow> {
  const plane = planeOf(context);
  const [name, projectId] = [String(olds.name), String(olds.projectId)];
  const row = await plane.findSync(name, projectId);
  if (row) return row;
  const like = (await plane.listSyncs(projectId)).filter((one) => hasDestination(one, olds));
  return renamed(`Infisical Sync "${name}"`, "with its connection and destination", like, context);
}

const differs = (differences: readonly Difference[], names: readonly string[]): boolean =>
  differences.some(({ argument }) => names.includes(argument.split(".")[0] ?? ""));

/** The update that follows goes by the id: what was taken for another one here is refused there, and nothing is written. */
function renamed<Row extends { id: string; name: string }>(
  what: string,
  like: string,
  rows: readonly Row[],
  { recorded }: Context,
): Row {
  const own = rows.filter(({ id }) => recorded?.has(id) ?? true);
  const [row, ...others] = own;
  if (row && others.length === 0) return row;
  const found = row
    ? `several ${like}, of which one may be it: ${some(own.map((one) => `"${one.name}"`))}`
    : `none ${like}: it was deleted there, or renamed and pointed elsewhere`;
  throw new BridgeError("not-found", `The source instance has no ${what}, and ${found}.`, {
    hint: "Refresh, then deploy again: a refresh looks it up by its id, so that it gets its name again, or is created anew.",
  });
}
