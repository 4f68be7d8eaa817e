import type { ListedSecret } from "../../engine/store.ts";
import { explainRefusal } from "./diagnose.ts";
import { secretVersion } from "./endpoints.ts";
import { keyInFolder, readRows } from "./list.ts";
import { isNameable } from "./probe.ts";
import { callEither, type Target } from "./target.ts";

/**
 * An earlier version of a key's secret, while the instance still has it. Names that the route cannot carry have
 * none. "not-told" where the instance's version does not answer earlier versions at all. Whether a version of a secret that was deleted since is answered too, depends on the instance.
 */
export async function readVersion(
  target: Target,
  key: string,
  version: number,
): Promise<ListedSecret | "not-told" | undefined> {
  if (!isNameable(key)) return undefined;
  const { client, place } = target;
  if (client.missing.has("versions")) return "not-told";
  const answer = await callEither(target, "secrets-v4", (api) => secretVersion(api, place, key, version));
  if (answer.kind === "refused" && answer.refusal.status === 404) return undefined;
  if (answer.kind !== "ok") throw await explainRefusal(target, answer, "read");
  const [secret] = readRows(target, [answer.value.secret], { values: true, keyOf: keyInFolder });
  if (secret?.key !== key) return undefined;
  if (secret.version === version) return secret;
  // An instance that does not know the parameter answers the secret as it is now, whatever was asked for.
  client.missing.add("versions");
  return "not-told";
}
