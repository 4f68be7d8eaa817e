/** What requests meant for secrets, read from what went through a gateway. */
import { z } from "zod";
import type { Exchange } from "./gateway.ts";

const batch = z.object({
  secrets: z.array(z.object({ secretKey: z.string(), secretValue: z.string().optional() })),
});

/** The keys a request writes or deletes, each with its new value, if any. */
function keysIn({ method, path, body }: Exchange): [key: string, value: string | undefined][] {
  if (method === "GET" || !path.endsWith("/secrets/batch")) return [];
  return batch.parse(JSON.parse(body)).secrets.map(({ secretKey, secretValue }) => [secretKey, secretValue]);
}

/** One text for each thing that a request asks an instance to change; none for logins and reads. */
export function touchesIn(exchange: Exchange): string[] {
  const { method, path, body } = exchange;
  if (method === "GET" || path.endsWith("/login")) return [];
  const keys = keysIn(exchange);
  // Ids differ from world to world.
  if (keys.length === 0) return [`${method} ${path} ${body}`.replace(/[\da-f]{8}-[\da-f-]{27}/g, "<id>")];
  return keys.map(([key, value]) => (method === "DELETE" ? `delete ${key}` : `write ${key}=${value}`));
}

/** Keys that an instance has changed without the sync having been told. */
export function untoldKeys(exchanges: readonly Exchange[]): Set<string> {
  const untold = exchanges.filter(({ status, isDelivered }) => status === 200 && !isDelivered);
  return new Set(untold.flatMap((exchange) => keysIn(exchange).map(([key]) => key)));
}
