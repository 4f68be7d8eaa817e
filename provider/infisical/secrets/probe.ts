import { explainRefusal } from "./diagnose.ts";
import { describeSecret } from "./endpoints.ts";
import { listPlace } from "./list.ts";
import { callEither, type Target } from "./target.ts";

/** The framework has no route for longer names (data-plane §1). */
const LONGEST_NAME = 100;

/**
 * Looks one key up by name. Names that the route cannot carry are looked for in a list without values
 * instead, which cannot tell a forbidden secret from a missing one. The reserved words of data-plane §9.1
 * are no problem here: their static routes have no GET.
 */
export async function probeKey(target: Target, key: string): Promise<"found" | "missing" | "forbidden"> {
  const { place } = target;
  if (!isNameable(key)) {
    const listing = await listPlace(target, { values: false, expand: false, imports: false });
    return listing.secrets.some((secret) => secret.key === key) ? "found" : "missing";
  }
  const answer = await callEither(target, "secrets-v4", (api) => describeSecret(api, place, key));
  if (answer.kind === "ok") return "found";
  if (answer.kind === "refused" && answer.refusal.status === 404) return "missing";
  if (answer.kind === "refused" && answer.refusal.status === 403) return "forbidden";
  throw await explainRefusal(target, answer, "read");
}

/** False for a key that no route can name: `.` and `..` are steps in a path, however they are encoded. */
export const isNameable = (key: string): boolean =>
  key.length <= LONGEST_NAME && key !== "" && key !== "." && key !== "..";
