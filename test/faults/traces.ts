/** What requests meant for secrets, read from what went through a gateway. */
import { z } from "zod";
import type { Values } from "../support/world.ts";
import type { Exchange } from "./gateway.ts";
import { OTHER_PATH } from "./stories.ts";

const batch = z.object({
  secretPath: z.string().optional(),
  secrets: z.array(
    z.object({
      secretKey: z.string(),
      secretValue: z.string().optional(),
      secretPath: z.string().optional(),
    }),
  ),
});

interface Meant {
  key: string;
  /** Absent for a delete. */
  value: string | undefined;
  secretPath: string | undefined;
}

/** The keys a request writes or deletes. */
function keysIn({ method, path, body }: Exchange): Meant[] {
  if (method === "GET" || !path.endsWith("/secrets/batch")) return [];
  const { secretPath, secrets } = batch.parse(JSON.parse(body));
  return secrets.flatMap(({ secretKey, secretValue: value, secretPath: own = secretPath }) =>
    isTrial(secretKey) ? [] : [{ key: folderIn(own) + secretKey, value, secretPath: own }],
  );
}

/** Keys of folders beneath that of the worlds begin with theirs. */
const folderIn = (secretPath = "") => (secretPath.startsWith("/app/") ? `${secretPath.slice(5)}/` : "");

/** True for a key that nobody has, by which a right is tried, or what an instance knows. */
export const isTrial = (path: string): boolean => /EXTERNAL_INFISICAL_PROBE_[\dA-F]{32}/.test(path);

/** One text for each thing that a request asks an instance to change; none for logins, reads and what is without effect. */
export function touchesIn(exchange: Exchange): string[] {
  const { method, path, body } = exchange;
  if (method === "GET" || path.endsWith("/login") || isTrial(path + body)) return [];
  const keys = keysIn(exchange);
  // Ids differ from world to world.
  if (keys.length === 0) return [`${method} ${path} ${body}`.replace(/[\da-f]{8}-[\da-f-]{27}/g, "<id>")];
  return keys.map(({ key, value, secretPath }) => {
    const where = secretPath === OTHER_PATH ? ` in ${OTHER_PATH}` : "";
    return method === "DELETE" ? deleteOf(key) + where : writeOf(key, value) + where;
  });
}

const deleteOf = (key: string) => `delete ${key}`;
const writeOf = (key: string, value: string | undefined) => `write ${key}=${value}`;

/** What undoes a run's touches, where a side held these values before. */
export function undoing(touches: Iterable<string>, before: Values): string[] {
  return [...touches].flatMap((touch) => {
    const key = /^(?:write|delete) ([^=]*)/.exec(touch)?.[1];
    if (key === undefined) return [];
    return [Object.hasOwn(before, key) ? writeOf(key, before[key]) : deleteOf(key)];
  });
}

/** Keys that an instance has changed without the sync having been told. */
export function untoldKeys(exchanges: readonly Exchange[]): Set<string> {
  const untold = exchanges.filter(({ status, isDelivered }) => status === 200 && !isDelivered);
  return new Set(untold.flatMap((exchange) => keysIn(exchange).map(({ key }) => key)));
}
