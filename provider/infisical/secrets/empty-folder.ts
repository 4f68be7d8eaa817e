import { explainRefusal, splitPath } from "./diagnose.ts";
import { deleteFolder, listFolders } from "./endpoints.ts";
import { hasImports } from "./imports.ts";
import { listPlace } from "./list.ts";
import { changingIn } from "./store.ts";
import { callEither, type Target } from "./target.ts";

/** What is in a folder that was to be deleted if it is empty. */
export type Contents = "secrets" | "folders" | "imports";

/**
 * Deletes the folder if it is the one with the id and nothing is in it, as looked at right before: an old instance deletes
 * a folder with all that it holds, and of newer ones it is not known (data-plane §7.2).
 *
 * @returns `gone` also where another has its path by now
 * @throws BridgeError `forbidden` among others where it cannot be looked at, or not be deleted
 */
export async function deleteIfEmpty(
  target: Target,
  id: string,
): Promise<"deleted" | "gone" | { holds: Contents[] }> {
  if (!(await isThere(target, id))) return "gone";
  const holds = await contentsOf(target);
  if (holds.length > 0) return { holds };
  // Under another name meanwhile, its path would have told of nothing, or of another.
  if (!(await isThere(target, id))) return "gone";
  const { place } = target;
  const answer = await changingIn(target, () =>
    callEither(target, "folders-v2", (api) =>
      deleteFolder(api, place, splitPath(place.secretPath).parent, id),
    ),
  );
  if (answer.kind === "ok") return "deleted";
  if (answer.kind === "refused" && answer.refusal.status === 404) return "gone";
  throw await explainRefusal(target, answer, "write");
}

async function isThere(target: Target, id: string): Promise<boolean> {
  const { parent, name } = splitPath(target.place.secretPath);
  return (await foldersAt(target, parent)).some((folder) => folder.id === id && folder.name === name);
}

async function contentsOf(target: Target): Promise<Contents[]> {
  const [{ secrets }, folders, isImporting] = await Promise.all([
    listPlace(target, { values: false, expand: false, imports: false }),
    foldersAt(target, target.place.secretPath),
    hasImports(target),
  ]);
  return [
    ...(secrets.length > 0 ? (["secrets"] as const) : []),
    ...(folders.length > 0 ? (["folders"] as const) : []),
    ...(isImporting ? (["imports"] as const) : []),
  ];
}

async function foldersAt(target: Target, path: string) {
  const answer = await callEither(target, "folders-v2", (api) => listFolders(api, target.place, path));
  if (answer.kind !== "ok") throw await explainRefusal(target, answer, "read");
  return answer.value.folders;
}
