import { explainRefusal } from "./diagnose.ts";
import { listImports } from "./endpoints.ts";
import { callEither, type Target } from "./target.ts";

/** True of a folder that imports secrets of another: lists of a tree do not tell which one does. */
export async function hasImports(target: Target): Promise<boolean> {
  const { place } = target;
  const answer = await callEither(target, "folders-v2", (api) => listImports(api, place, place.secretPath));
  if (answer.kind === "ok") return answer.value.secretImports.length > 0;
  throw await explainRefusal(target, answer, "read");
}
