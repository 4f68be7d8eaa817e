/** What is wrong with the syncs of a file taken together; nothing is asked of any instance. */
import type { z } from "zod";
import type { Place } from "../../provider/engine/store.ts";
import { BridgeError } from "../../provider/errors.ts";
import type { DeclaredFolder } from "../../provider/resources/declared-folders.ts";
import { mixedExecution, ofOtherExecution } from "../../provider/resources/execution.ts";
import { refuseFilter } from "../../provider/resources/filters.ts";
import { identityOf } from "../../provider/resources/logins.ts";
import { createPlaceIndex, describePlace, refusePlaces } from "../../provider/resources/places.ts";
import { placesOf } from "../../provider/resources/sync/inputs.ts";
import { connectionArgs, secretSyncArgs } from "../../provider/schema.ts";
import type { Problem, YamlPath } from "../files/problems.ts";
import type { SyncsFile } from "./read.ts";
import type { ConnectionEntry, SyncEntry } from "./schema.ts";

/** Where a sync reads and writes. */
export interface Route {
  name: string;
  path: YamlPath;
  source: Place;
  destination: Place;
}

/** @param host base URL of the source instance */
export function fleetProblems(file: SyncsFile, host: string): Problem[] {
  const routes = routesOf(file, host);
  return [
    ...[...file.connections].flatMap(([name, connection]) => connectionProblems(name, connection)),
    ...[...file.syncs].flatMap(([name, sync]) => executionProblems(name, sync, file)),
    ...routes.flatMap((route) => refusals(route, file.syncs.get(route.name))),
    ...routeProblems(routes),
    ...earlyReaders(file, routes),
  ];
}

/** @param host base URL of the source instance */
export const routesOf = (file: SyncsFile, host: string): Route[] =>
  [...file.syncs].map(([name, sync]) => routeOf(name, sync, file, host));

/** Syncs that write one place, and loops. */
export const routeProblems = (routes: readonly Route[]): Problem[] => [
  ...sharedDestinations(routes),
  ...loops(routes),
];

/** The syncs that write what a sync reads, or folders of it, by the name of the one that reads. */
export function writersRead(routes: readonly Route[]): Map<string, string[]> {
  const writersOf = createPlaceIndex(routes, ({ destination }) => destination);
  return new Map(
    routes.flatMap(({ name, source }): [string, string[]][] => {
      const writers = writersOf(source).flatMap((route) => (route.name === name ? [] : [route.name]));
      return writers.length === 0 ? [] : [[name, writers]];
    }),
  );
}

/** Waves in which a sync would read before another one has written. */
function earlyReaders({ syncs, paths }: SyncsFile, routes: readonly Route[]): Problem[] {
  const waveOf = (name: string) => syncs.get(name)?.wave ?? 1;
  return [...writersRead(routes)].flatMap(([reader, writers]) => {
    const late = writers.filter((writer) => waveOf(reader) < waveOf(writer));
    return late.map((writer) => ({
      path: [...(paths.get(reader) ?? []), "wave"],
      message: `"${reader}" (wave ${waveOf(reader)}) reads what "${writer}" (wave ${waveOf(writer)}) writes, and so cannot run before it`,
    }));
  });
}

/** The folders of syncs that are none of trees, and who reads them. @param names of the syncs; all where there are none */
export const foldersIn = (file: SyncsFile, host: string, names?: readonly string[]): DeclaredFolder[] => {
  const wanted = names && new Set(names);
  const routes = routesOf(file, host).filter(({ name }) => wanted?.has(name) ?? true);
  return routes.flatMap(({ name, source, destination }) => {
    const connection = file.connections.get(file.syncs.get(name)?.connection ?? "");
    const clientId = identityOf(connection ?? {}) ?? "";
    return [
      ...(source.isTree ? [] : [source]),
      ...(destination.isTree ? [] : [{ ...destination, clientId }]),
    ];
  });
};

function connectionProblems(name: string, connection: ConnectionEntry): Problem[] {
  return otherExecutionProblems(["connections", name], connectionArgs, connection);
}

function executionProblems(name: string, sync: SyncEntry, file: SyncsFile): Problem[] {
  const path = file.paths.get(name) ?? [];
  const its = file.connections.get(sync.connection)?.execution ?? "engine";
  const message = mixedExecution(sync.execution, its, `the sync "${name}"`);
  if (message !== undefined) return [{ path: [...path, "execution"], message }];
  return otherExecutionProblems(path, secretSyncArgs, { ...sync, execution: its });
}

const otherExecutionProblems = (
  path: YamlPath,
  ...given: [schema: z.ZodObject, entry: ConnectionEntry | SyncEntry]
): Problem[] =>
  ofOtherExecution(...given).map(({ name, message }) => ({ path: [...path, ...name.split(".")], message }));

function routeOf(name: string, sync: SyncEntry, file: SyncsFile, host: string): Route {
  const { instanceUrl = "", execution: connectionExecution } = file.connections.get(sync.connection) ?? {};
  const places = placesOf({ ...sync, instanceUrl, connectionExecution }, { host });
  return { name, path: file.paths.get(name) ?? [], ...places };
}

function refusals({ path, source, destination }: Route, sync: SyncEntry | undefined): Problem[] {
  const checks = [
    () => refusePlaces(source, destination, sync?.syncOptions ?? { allowSameProjectId: false }),
    () => sync && refuseFilter(sync.syncOptions),
  ];
  return checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      const at = error.path?.split(".") ?? [];
      return [{ path: [...path, ...at], message: `${error.message} ${error.hint ?? ""}`.trim() }];
    }
  });
}

function sharedDestinations(routes: readonly Route[]): Problem[] {
  const writersOf = createPlaceIndex(routes, ({ destination }) => destination);
  return routes.flatMap((route) => {
    const [first] = writersOf(route.destination);
    if (first === undefined || first === route) return [];
    const { name, path, destination } = route;
    const message = `"${name}" writes what "${first.name}" writes: ${describePlace(destination)}; a destination has one writer`;
    return [{ path: [...path, "destinationConfig"], message }];
  });
}

/** Each round trip is told once, at its first sync in the file. */
function loops(routes: readonly Route[]): Problem[] {
  const readersOf = createPlaceIndex(routes, ({ source }) => source);
  const told = new Set<Route>();
  const done = new Set<string>();
  const problems: Problem[] = [];
  for (const start of routes) {
    // Depth first with a stack of our own: a chain may be as long as the file.
    const trail: { route: Route; next: Route[] }[] = [];
    const enter = (route: Route) => trail.push({ route, next: [...readersOf(route.destination)] });
    if (!done.has(start.name)) enter(start);
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const following = top.next.shift();
      if (following === undefined) {
        done.add(top.route.name);
        trail.pop();
        continue;
      }
      const at = trail.findIndex(({ route }) => route === following);
      if (at >= 0) {
        const round = trail.slice(at).map(({ route }) => route);
        if (round.length > 1 && !round.some((route) => told.has(route))) {
          for (const route of round) told.add(route);
          problems.push(loopProblem(round));
        }
      } else if (!done.has(following.name)) enter(following);
    }
  }
  return problems;
}

function loopProblem(round: readonly Route[]): Problem {
  const [first] = round;
  const names = [...round, ...round.slice(0, 1)].map(({ name }) => `"${name}"`);
  return {
    path: [...(first?.path ?? []), "destinationConfig"],
    message: `a loop: ${names.join(" writes what is read by ")}`,
  };
}
