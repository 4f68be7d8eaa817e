/**
 * Where a run may write: the place that is declared, and, of a sync that was moved, the one that it has written before, which it
 * cleans. Others may be declared there by now.
 */
import type { Place } from "../../../provider/engine/store.ts";
import { describePlace, overlap } from "../../../provider/resources/places.ts";
import type { Properties } from "../../../provider/resources/resource.ts";
import type { Route } from "../../syncs/fleet.ts";
import type { Queries } from "../database/database.ts";
import { recordedDestination, routeOf } from "../declarations/places.ts";
import { listProjects, readProject } from "../rows/projects.ts";
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
  const isHere = before !== undefined && describePlace(before) === row.destination;
  const own = [row.destination, ...(isHere ? [] : await heldAround(queries, row))];
  if (!before || isHere) return { destinations: inOrder(own), others: [] };
  const others = (await routesOfOthers(queries, row)).filter(({ destination }) =>
    overlap(destination, before),
  );
  const places = [before, ...others.map(({ destination }) => destination)].map(describePlace);
  return { destinations: inOrder([...own, ...places]), others };
}

const inOrder = (places: readonly string[]) => [...new Set(places)].sort();

/**
 * Of a sync that has not run at its place yet: places with a folder in common that somebody has now. Nobody else is declared
 * there, so that it is who has written there before, and cleans it.
 */
async function heldAround(queries: Queries, row: SyncRow): Promise<string[]> {
  const rows = await queries.query<Pick<SyncRow, "destination">>(
    `select destination from lease where holder is not null and destination <> $1
       and (starts_with(destination, rtrim($1, '/') || '/') or starts_with($1, rtrim(destination, '/') || '/'))`,
    [row.destination],
  );
  const project = rows.length === 0 ? undefined : await readProject(queries, row.project);
  if (!project) return [];
  const own = routeOf(row.name, row.declared, project.declared).destination;
  const held = new Set(rows.map(({ destination }) => destination));
  const others = await queries.query<{ outputs: Properties }>(
    "select outputs from sync where id <> $1 and outputs is not null",
    [row.id],
  );
  return others.flatMap(({ outputs }) => {
    const place = destinationIn(outputs);
    return place && overlap(place, own) && held.has(describePlace(place)) ? [describePlace(place)] : [];
  });
}

/** Undefined where nothing can be made of it: then nothing is removed there either. */
const destinationIn = (outputs: Properties): Place | undefined => recordedDestination.safeParse(outputs).data;

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
