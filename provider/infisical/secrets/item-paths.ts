import { pathBelow } from "../../engine/tree-key.ts";
import { isRouteMissing, type Target } from "./target.ts";
import { probeName, tryUpdate } from "./without-effect.ts";

/**
 * Whether the instance takes the folder of each item of an update, and the mode that creates what is missing (data-plane
 * §10.3). One that knows no folders there would write all into one. Found out without writing: an update of a key that is
 * nowhere, with mode `ignore`, is taken in a folder that is there, and not found in one that is not.
 */
export async function takesItemPaths(target: Target): Promise<boolean> {
  const { client, place } = target;
  if (client.missing.has("batch-v4") || client.missing.has("upsert")) return false;
  const { secretPath } = place;
  try {
    const [there, nowhere] = await Promise.all([
      tryUpdate(target, { secretPath }),
      tryUpdate(target, { secretPath: pathBelow(secretPath, probeName()) }),
    ]);
    if (isRouteMissing(there)) client.missing.add("batch-v4");
    return there.kind === "ok" && nowhere.kind === "refused" && nowhere.refusal.status === 404;
  } catch {
    // Whatever is amiss, the writes themselves will tell.
    return false;
  }
}
