/** What an identity can see of an instance: its projects, their environments and folders. */
import { hasCode } from "../../errors.ts";
import { refusalError, refusalOf } from "../http/answer.ts";
import type { InfisicalClient } from "../http/client.ts";
import * as endpoints from "./endpoints.ts";
import type { ProjectRow } from "./rows.ts";
import { callEither } from "./target.ts";

/** The identity's projects. Undefined where the instance's version keeps the list from machine identities (data-plane §20). */
export async function listProjects(client: InfisicalClient): Promise<ProjectRow[] | undefined> {
  const { host } = new URL(client.origin);
  const answer = await callEither({ client }, "projects-v1", (api) => endpoints.listProjects(api, host));
  if (answer.kind === "ok") return answer.value;
  const refusal = refusalOf(answer);
  if (refusal.status === 403) return undefined;
  throw refusalError(refusal, "rejected", { hint: "Check the URL." });
}

/** A project's environments; none where there is no such project that the identity may see. */
export async function listEnvironments(
  client: InfisicalClient,
  projectId: string,
): Promise<{ slug: string; name?: string | null | undefined }[]> {
  // Versions of 2024 fail where there is no such project (data-plane §20).
  const answer = await callEither({ client }, "projects-v1", (api) => ({
    ...endpoints.getProject(api, projectId),
    isOptional: true,
  })).catch((error: unknown) => {
    if (hasCode(error, "server-error")) return undefined;
    throw error;
  });
  return answer?.kind === "ok" ? (answer.value.environments ?? []) : [];
}

/**
 * Paths of all folders of an environment, sorted; none where the identity may not list them. Of versions before v2 of
 * folders those of the first level.
 */
export async function listFolderPaths(
  client: InfisicalClient,
  projectId: string,
  environment: string,
): Promise<string[]> {
  const place = { origin: client.origin, projectId, environment, secretPath: "/" };
  const answer = await callEither({ client }, "folders-v2", (api) =>
    endpoints.listFolders(api, place, "/", { recursive: "true" }),
  );
  if (answer.kind !== "ok") return [];
  const below = answer.value.folders.map(({ name, relativePath }) => relativePath ?? `/${name}`);
  return ["/", ...below.map((path) => (path.startsWith("/") ? path : `/${path}`))].sort();
}
