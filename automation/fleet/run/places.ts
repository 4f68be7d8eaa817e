/**
 * Where a run may write: the place that is declared, and, of a sync that was moved, the one that it has written before, which it
 * cleans. Others may be declared there by now.
 */
import type { Place } from "../../../provider/engine/store.ts";
import { describePlace, overlap } from "../../../provider/resources/places.ts";
import type { Properties } from "../../../provider/resources/resource.ts";
import { placesOf, secretSyncInputs } from "../../../provider/resources/sync/inputs.ts";
import type { Route } from "../../syncs/fleet.ts";
import type { Queries } from "../database/database.ts";
import { routeOf } from "../declarations/places.ts";
import { listProjects } from "../rows/projects.ts";
import type { SyncRow } from "../rows/rows.ts";
import { startOf } from "./recovery.ts";

export interface Written {
  /** The keys of all places that nobody else may write meanwhile. */
  destinations: string[];
  /** Who else is declared to write where this sync has written before. */
  others: Route[];
}

export async function writtenBy(queries: Queries, row: SyncRow): Promise<Written> {
  const { outputs } = startOf(row, new Date(0));
  const before = outputs && destinationIn(outputs);
  const own = [row.destination, ...(await heldBeneath(queries, row))];
  if (!before || describePlace(before) === row.destination) return { destinations: inOrder(own), others: [] };
  const others = (await routesOfOthers(queries, row)).filter(({ destination }) =>
    overlap(destination, before),
  );
  const places = [before, ...others.map(({ destination }) => destination)].map(describePlace);
  return { destinations: inOrder([...own, ...places]), others };
}

const inOrder = (places: readonly string[]) => [...new Set(places)].sort();

/** Nobody else is declared in a tree: who has a folder of it now, has written there before, and cleans it. */
async function heldBeneath(queries: Queries, { destination, declared }: SyncRow): Promise<string[]> {
  const options = recorded.shape.syncOptions.safeParse(declared.args["syncOptions"]).data;
  if (!options?.includeAllSubFolders) return [];
  const rows = await queries.query<Pick<SyncRow, "destination">>(
    "select destination from lease where holder is not null and starts_with(destination, $1)",
    [destination.endsWith("/") ? destination : `${destination}/`],
  );
  return rows.map((row) => row.destination);
}

const recorded = secretSyncInputs.pick({
  projectId: true,
  environment: true,
  secretPath: true,
  destinationConfig: true,
  instanceUrl: true,
  syncOptions: true,
});

/** Undefined where nothing can be made of it: then nothing is removed there either. */
function destinationIn(outputs: Properties): Place | undefined {
  const { data } = recorded.safeParse(outputs);
  return data && placesOf(data, { host: "" }).destination;
}

async function routesOfOthers(queries: Queries, { id }: SyncRow): Promise<Route[]> {
  const projects = new Map((await listProjects(queries)).map(({ name, declared }) => [name, declared]));
  const rows = await queries.query<Pick<SyncRow, "project" | "name" | "declared">>(
    "select project, name, declared from sync where id <> $1",
    [id],
  );
  return rows.flatMap(({ project, name, declared }) => {
    const common = projects.get(project);
    return common ? [routeOf(`${project}/${name}`, declared, common)] : [];
  });
}
