/** Clients that take a token for each request before they send it. */
import { setTimeout as delay } from "node:timers/promises";
import {
  type ClientOptions,
  createClient,
  type InfisicalClient,
} from "../../../provider/infisical/http/client.ts";
import type { Queries } from "../database/database.ts";
import { drain, takeToken } from "./bucket.ts";
import { CLASSES, classOf, type LimitClass, type Limits } from "./limits.ts";

interface Waiting {
  delay(ms: number): Promise<unknown>;
  /** Told of a bucket that cannot be reached: the request is sent all the same, since the host has limits of its own. */
  onError(error: unknown): void;
}

/** @param limits by host; those of others are not limited */
export function limitedClients(
  queries: Queries,
  limits: ReadonlyMap<string, Limits>,
  { onError = () => {}, ...rest }: Partial<Waiting> = {},
): (options: ClientOptions) => InfisicalClient {
  const wait = rest.delay ?? ((ms: number) => delay(ms));
  return (options) => {
    const { host } = new URL(options.origin);
    const its = limits.get(host);
    if (!its) return createClient(options);
    const bucketsOf = (classes: readonly LimitClass[]) =>
      classes.flatMap((each) => {
        const limit = its[each];
        return limit === undefined ? [] : [{ host, class: each, limit }];
      });
    const client = createClient({
      ...options,
      onPause(ms) {
        options.onPause?.(ms);
        for (const bucket of bucketsOf(CLASSES)) drain(queries, bucket, ms).catch(onError);
      },
    });
    return {
      ...client,
      async call(request) {
        for (const bucket of bucketsOf(["global", classOf(request)])) {
          const ms = await takeToken(queries, bucket).catch((error: unknown) => {
            onError(error);
            return 0;
          });
          if (ms > 0) await wait(ms);
        }
        return client.call(request);
      },
    };
  };
}
