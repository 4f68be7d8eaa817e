/** Whose identity a session is. */
import { z } from "zod";
import type { Call } from "./exchange.ts";
import { words } from "./words.ts";

const identity = z.object({
  identityDetails: z.object({
    organization: z.object({ id: words, name: words, slug: words.optional() }),
  }),
});

export function identityDetails(host: string): Call<z.output<typeof identity>> {
  return {
    method: "GET",
    route: "/api/v1/identities/details",
    query: {},
    repeat: "safe",
    isOptional: true,
    what: `read the identity's organization on ${host}`,
    answer: identity,
  };
}
