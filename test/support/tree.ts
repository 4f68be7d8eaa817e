import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** All that is below a folder, by path: what files hold, where links lead. */
export async function treeOf(folder: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) tree[path] = `-> ${await readlink(path)}`;
    else if (entry.isDirectory()) Object.assign(tree, { [path]: "/" }, await treeOf(path));
    else tree[path] = await readFile(path, "utf8");
  }
  return tree;
}
