import type { Environment, Folder, Project, Secret, World } from "../model.ts";
import { markChanged, newFolder, tellWatchers, timestamp } from "../world.ts";

/** Contract §7.1: recursion reads at most 20 levels. */
const MAX_DEPTH = 20;

export function pathOf(folder: Folder): string {
  const names: string[] = [];
  for (let at: Folder = folder; at.parent; at = at.parent) names.push(at.name);
  return `/${names.reverse().join("/")}`;
}

export const joinPath = (parent: string, name: string) => (parent === "/" ? `/${name}` : `${parent}/${name}`);

/** Exact and case-sensitive. A path without a leading slash matches nothing (contract §9.4), nor does an empty one. */
export function findFolder(environment: Environment, path: string): Folder | undefined {
  if (path === "/") return environment.root;
  if (!path.startsWith("/")) return undefined;
  let folder: Folder | undefined = environment.root;
  for (const name of path.slice(1).split("/")) {
    folder = folder.children.get(name);
    if (!folder) return undefined;
  }
  return folder;
}

/** Walks the path and creates what is missing. */
export function ensureFolder(world: World, environment: Environment, path: string): Folder {
  let folder = environment.root;
  for (const name of path.split("/").filter(Boolean)) {
    folder = folder.children.get(name) ?? createChild(world, folder, name);
  }
  return folder;
}

function createChild(world: World, parent: Folder, name: string): Folder {
  markChanged(parent.environment.project);
  const folder = newFolder(world, parent.environment, parent, name);
  tellWatchers(world, { kind: "folders", folder: parent });
  return folder;
}

export interface PlacedFolder {
  folder: Folder;
  path: string;
}

/** The folder itself and everything below, parents first, each with its full path. */
export function walkFolders(folder: Folder, path: string): PlacedFolder[] {
  const found: PlacedFolder[] = [];
  const visit = (at: Folder, atPath: string, depth: number) => {
    found.push({ folder: at, path: atPath });
    if (depth === MAX_DEPTH) return;
    for (const child of at.children.values()) visit(child, joinPath(atPath, child.name), depth + 1);
  };
  visit(folder, path, 0);
  return found;
}

/** True where the lists of a folder with all beneath it reach the other one. */
export function isBelow(folder: Folder, above: Folder): boolean {
  let at = folder.parent;
  for (let depth = 1; at && depth <= MAX_DEPTH; depth += 1, at = at.parent) if (at === above) return true;
  return false;
}

export function renameFolder(world: World, folder: Folder, name: string, description: string | null): void {
  folder.parent?.children.delete(folder.name);
  folder.name = name;
  folder.parent?.children.set(name, folder);
  folder.description = description;
  folder.version += 1;
  folder.updatedAt = timestamp(world);
  markChanged(folder.environment.project);
  if (folder.parent) tellWatchers(world, { kind: "folders", folder: folder.parent });
}

export function isInside(project: Project, item: Folder | Secret | undefined): boolean {
  if (!item) return false;
  return ("folder" in item ? item.folder : item).environment.project === project;
}
