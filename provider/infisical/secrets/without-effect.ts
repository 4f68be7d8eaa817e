/** What is asked of an instance about a secret that nobody has, only to see what it says to it. */
import { randomUUID } from "node:crypto";
import type { Answer } from "../http/exchange.ts";
import { batch, CURRENT } from "./endpoints.ts";
import type { BatchResult } from "./rows.ts";
import type { Target } from "./target.ts";

/** A name that nobody gives a secret. */
export const probeName = () => `EXTERNAL_INFISICAL_PROBE_${randomUUID().replaceAll("-", "").toUpperCase()}`;

/** An update with the mode that leaves out what is missing (data-plane §10.3): instances that know it have nothing to do. */
export const tryUpdate = (
  { client, place }: Target,
  folder: { secretPath?: string } = {},
): Promise<Answer<BatchResult>> =>
  client.call(
    batch(CURRENT, place, {
      method: "PATCH",
      mode: "ignore",
      items: [JSON.stringify({ secretKey: probeName(), secretValue: "", ...folder })],
      what: "try an update without effect in",
    }),
  );
