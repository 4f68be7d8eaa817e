import { explainRefusal, folderExists, splitPath } from "./diagnose.ts";
import { CURRENT, createFolder, OLDER } from "./endpoints.ts";
import { isRouteMissing, type Target } from "./target.ts";

/** Makes the folder and its missing parents. */
export async function makeFolder(target: Target): Promise<void> {
  const { client, place } = target;
  const { parent, name } = splitPath(place.secretPath);
  if (name === undefined) return;
  if (!client.missing.has("folders-v2")) {
    const answer = await client.call(createFolder(CURRENT, place, parent, name));
    if (answer.kind === "ok") return;
    if (!isRouteMissing(answer)) throw await explainRefusal(target, answer, "write");
    client.missing.add("folders-v2");
  }
  await makeEachFolder(target);
}

/** Old versions neither make parents nor bear a folder that is there already, so each level is tried. */
async function makeEachFolder(target: Target): Promise<void> {
  const { client, place } = target;
  let parent = "";
  let last: Awaited<ReturnType<typeof client.call>> | undefined;
  for (const name of place.secretPath.split("/").filter(Boolean)) {
    last = await client.call(createFolder(OLDER, place, parent || "/", name));
    if (last.kind === "refused" && last.refusal.status !== 400)
      throw await explainRefusal(target, last, "write");
    parent += `/${name}`;
  }
  if (last?.kind === "refused" && !(await folderExists(target))) {
    throw await explainRefusal(target, last, "write");
  }
}
