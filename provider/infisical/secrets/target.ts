import type { Place } from "../../engine/store.ts";
import { pathBelow } from "../../engine/tree-key.ts";
import { refusalError } from "../http/answer.ts";
import type { Feature, InfisicalClient } from "../http/client.ts";
import type { Answer, Call, Refusal } from "../http/exchange.ts";
import { CURRENT, type Generation, OLDER } from "./endpoints.ts";

/** One place on one instance, with what the user calls its parts. */
export interface Target {
  client: InfisicalClient;
  place: Place;
  argumentNames: { projectId: string; environment: string; secretPath: string };
}

/** Where requests about one folder of a place go. */
export const atFolder = (target: Target, folder: string): Target => ({
  ...target,
  place: below(target.place, folder),
});

export const below = (place: Place, folder: string): Place => ({
  ...place,
  secretPath: pathBelow(place.secretPath, folder),
});

/**
 * Asks by the current generation of the API, or by the older one on instances that lack it; which one is remembered.
 *
 * @throws BridgeError `not-infisical` where the instance has neither
 */
export async function callEither<T>(
  { client }: Pick<Target, "client">,
  feature: Feature,
  call: (api: Generation) => Call<T>,
): Promise<Answer<T>> {
  if (!client.missing.has(feature)) {
    const answer = await client.call(call(CURRENT));
    if (!isRouteMissing(answer)) return answer;
  }
  const answer = await client.call(call(OLDER));
  if (isRouteMissing(answer)) throw noSuchApi(client, answer.refusal);
  client.missing.add(feature);
  return answer;
}

/** The generation that an instance is known to have, for what nobody tries twice. */
export const generationOf = ({ client }: Pick<Target, "client">, feature: Feature): Generation =>
  client.missing.has(feature) ? OLDER : CURRENT;

type RouteMissing = { kind: "refused"; refusal: Refusal & { isRouteMissing: true } };

export const isRouteMissing = <T>(answer: Answer<T>): answer is Answer<T> & RouteMissing =>
  answer.kind === "refused" && answer.refusal.isRouteMissing;

function noSuchApi(client: InfisicalClient, refusal: Refusal) {
  return refusalError(refusal, "not-infisical", {
    because: "the instance has no such API.",
    path: client.argumentNames.url,
    hint: "Check the URL, and that the instance is a version of Infisical with secrets API v3 or v4.",
  });
}
