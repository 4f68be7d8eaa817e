// Which limit a request counts against (contract §3; control-plane §1.1 and §3.3 for connections and syncs).
import type { RateLimits } from "../context.ts";

type RateClass = Exclude<keyof RateLimits, "global">;

const SECRETS = /^\/api\/v\d\/secrets(\/|$)/;
const FOLDERS_AND_IMPORTS = /^\/api\/v\d\/(folders|secret-imports)(\/|$)/;
const PROJECT_CREATION = /^\/api\/(v1\/projects|v2\/workspace)$/;
const IDENTITY_CREATION = /^\/api\/v1\/identities$/;
/** They only ask, though with a body. */
const READING_POSTS =
  /^\/api\/v1\/(projects\/search|events\/subscribe\/project-events|secret-syncs\/[^/]+\/check-destination)$/;

/** undefined for what is never limited. */
export function rateClassOf(method: string, url: string): RateClass | undefined {
  const path = (url.split("?")[0] ?? "").replace(/\/$/, "");
  if (path === "/api/status") return undefined;
  if (SECRETS.test(path)) return "secret";
  if (method === "GET" || method === "HEAD") return "read";
  if (FOLDERS_AND_IMPORTS.test(path)) return "secret";
  if (method !== "POST") return "write";
  if (PROJECT_CREATION.test(path)) return "projectCreation";
  if (IDENTITY_CREATION.test(path)) return "identityCreation";
  return READING_POSTS.test(path) ? "read" : "write";
}
