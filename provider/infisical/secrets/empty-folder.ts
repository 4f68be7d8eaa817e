import { refusalOf } from "../http/answer.ts";
import { explainRefusal, splitPath } from "./diagnose.ts";
import { deleteFolder, listFolders, OLDER } from "./endpoints.ts";
import { hasImports } from "./imports.ts";
import { listPlace } from "./list.ts";
import { changingIn } from "./store.ts";
import { callEither, generationOf, type Target } from "./target.ts";
import { unseenIn } from "./unseen.ts";

/**
 * Deletes the folder if it is the one with the id and nothing is in it, as looked at right before. Newer instances look for
 * themselves, and see more than the identity may; older ones delete a folder with all that it holds (data-plane §7.2), so
 * that there it has to be certain that the identity sees all.
 *
 * @returns `gone` also where another has its path by now
 * @throws BridgeError `forbidden` among others where it cannot be looked at, or not be deleted
 */
export async function deleteIfEmpty(
  target: Target,
  id: string,
): Promise<"deleted" | "gone" | { stays: string }> {
  if (!(await isThere(target, id))) return "gone";
  const holds = await contentsOf(target);
  if (holds.length > 0) return { stays: `there are ${holds.join(" and ")} in it` };
  const api = generationOf(target, "folders-v2");
  const unseen = api === OLDER ? await unseenIn(target) : undefined;
  if (unseen !== undefined)
    return { stays: `there may be ${unseen} in it, and its instance would delete them with it` };
  // Under another name meanwhile, its path would have told of nothing, or of another.
  if (!(await isThere(target, id))) return "gone";
  const { place } = target;
  // By no other generation than the one that was judged.
  const answer = await changingIn(target, () =>
    target.client.call(deleteFolder(api, place, splitPath(place.secretPath).parent, id)),
  );
  if (answer.kind === "ok") return "deleted";
  const refusal = refusalOf(answer);
  if (refusal.status === 404 && !refusal.isRouteMissing) return "gone";
  if (refusal.status === 400 && refusal.error === NOT_EMPTY)
    return { stays: "its instance says that there is something in it, which the identity does not see" };
  throw await explainRefusal(target, answer, "write");
}

/** What the product calls its refusal to delete a folder that holds something. */
const NOT_EMPTY = "deleteFolder";

async function isThere(target: Target, id: string): Promise<boolean> {
  const { parent, name } = splitPath(target.place.secretPath);
  return (await foldersAt(target, parent)).some((folder) => folder.id === id && folder.name === name);
}

async function contentsOf(target: Target): Promise<string[]> {
  const [{ secrets }, folders, isImporting] = await Promise.all([
    listPlace(target, { values: false, expand: false, imports: false }),
    foldersAt(target, target.place.secretPath),
    hasImports(target),
  ]);
  return [
    ...(secrets.length > 0 ? ["secrets"] : []),
    ...(folders.length > 0 ? ["folders"] : []),
    ...(isImporting ? ["imports"] : []),
  ];
}

async function foldersAt(target: Target, path: string) {
  const answer = await callEither(target, "folders-v2", (api) => listFolders(api, target.place, path));
  if (answer.kind !== "ok") throw await explainRefusal(target, answer, "read");
  return answer.value.folders;
}
