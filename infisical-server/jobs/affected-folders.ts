import { sourceOf } from "../imports/secret-imports.ts";
import type { Folder, World } from "../model.ts";
import { referencedFolders } from "../secrets/references.ts";

const MAX_HOPS = 5;

/** The changed folder and those of its project that import or reference it, directly or over others. */
export function affectedFolders(world: World, changed: Folder): ReadonlySet<Folder> {
  const dependents = dependentsIn(world, changed);
  const visited = new Set([changed]);
  let edge = [changed];
  for (let hop = 1; hop <= MAX_HOPS; hop += 1) {
    edge = edge.flatMap((folder) => [...(dependents.get(folder) ?? [])]).filter((one) => !visited.has(one));
    for (const folder of edge) visited.add(folder);
  }
  return visited;
}

/** Of each folder, those that take something from it; only within the project. */
function dependentsIn(world: World, { environment: { project } }: Folder): Map<Folder, Set<Folder>> {
  const dependents = new Map<Folder, Set<Folder>>();
  for (const folder of world.folders.values()) {
    if (folder.environment.project !== project) continue;
    for (const origin of originsOf(world, folder)) {
      if (!dependents.has(origin)) dependents.set(origin, new Set());
      dependents.get(origin)?.add(folder);
    }
  }
  return dependents;
}

function originsOf(world: World, folder: Folder): Folder[] {
  const imported = folder.imports.flatMap((one) => (one.isReplication ? [] : (sourceOf(one) ?? [])));
  const referenced = [...folder.secrets.values()].flatMap((secret) => referencedFolders(world, secret));
  return [...imported, ...referenced];
}
