import type { Place } from "../../engine/store.ts";
import { refusalError } from "../http/answer.ts";
import type { Feature, InfisicalClient } from "../http/client.ts";
import type { Answer, Call, Refusal } from "../http/exchange.ts";

/** One place on one instance, with what the user calls its parts. */
export interface Target {
  client: InfisicalClient;
  place: Place;
  argumentNames: { projectId: string; environment: string; secretPath: string };
}

/** The current route, or its predecessor on instances that lack it; which one is remembered. */
export async function callEither<T>(
  { client }: Pick<Target, "client">,
  feature: Feature,
  current: Call<T>,
  older: Call<T>,
): Promise<Answer<T>> {
  if (!client.missing.has(feature)) {
    const answer = await client.call(current);
    if (!(answer.kind === "refused" && answer.refusal.isRouteMissing)) return answer;
  }
  const answer = await client.call(older);
  if (answer.kind === "refused" && answer.refusal.isRouteMissing) throw noSuchApi(client, answer.refusal);
  client.missing.add(feature);
  return answer;
}

function noSuchApi(client: InfisicalClient, refusal: Refusal) {
  return refusalError(refusal, "not-infisical", {
    because: "the instance has no such API.",
    path: client.argumentNames.url,
    hint: "Check the URL, and that the instance is a version of Infisical with secrets API v3 or v4.",
  });
}
