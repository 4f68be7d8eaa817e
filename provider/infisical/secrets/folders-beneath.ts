import { mapPool } from "../../engine/pool.ts";
import { explainRefusal } from "./diagnose.ts";
import { CURRENT, listFolders, OLDER } from "./endpoints.ts";
import { below, isRouteMissing, type Target } from "./target.ts";

/** Folders that are asked for those beneath at a time. */
const WIDTH = 4;

/** A folder that is there. */
export interface Folder {
  /** From that of the target on. */
  path: string;
  /** Undefined where the instance does not tell it. */
  id: string | undefined;
}

/** The folders beneath. Versions of 2024 tell one level an answer (data-plane §20). */
export async function foldersBeneath(target: Target): Promise<Folder[]> {
  const { client, place } = target;
  if (!client.missing.has("folders-v2")) {
    const answer = await client.call(listFolders(CURRENT, place, place.secretPath, { recursive: "true" }));
    if (answer.kind === "ok")
      return answer.value.folders.map(({ id, name, relativePath }) => ({
        path: (relativePath ?? name).replace(/^\/+/, ""),
        id,
      }));
    if (!isRouteMissing(answer)) throw await explainRefusal(target, answer, "read");
    client.missing.add("folders-v2");
  }
  const found: Folder[] = [];
  let level = [""];
  while (level.length > 0) {
    const children = await mapPool(level, WIDTH, async (above) => {
      const answer = await client.call(listFolders(OLDER, place, below(place, above).secretPath));
      if (answer.kind !== "ok") throw await explainRefusal(target, answer, "read");
      return answer.value.folders.map(({ id, name }) => ({
        path: above === "" ? name : `${above}/${name}`,
        id,
      }));
    });
    const folders = children.flat();
    level = folders.map(({ path }) => path);
    found.push(...folders);
  }
  return found;
}
