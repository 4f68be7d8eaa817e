/** What an identity can see of an instance: its projects, their environments and folders. */
import { z } from "zod";
import { hasCode } from "../../errors.ts";
import { refusalError } from "../http/answer.ts";
import type { InfisicalClient } from "../http/client.ts";
import { words } from "../http/words.ts";
import { folderText, getProject, getWorkspace } from "./endpoints.ts";
import { callEither } from "./target.ts";

const projectRow = z.object({
  id: words,
  name: words,
  slug: words,
  type: z.string().nullish(),
  environments: z.array(z.object({ slug: words, name: words })).nullish(),
});
type ProjectRow = z.output<typeof projectRow>;

const folderRows = z.object({
  folders: z.array(z.object({ name: words, relativePath: words.nullish() })),
});

/**
 * The projects that the identity belongs to; the list has no pages (data-plane §6.2). Undefined where the instance's
 * version keeps the list from machine identities (§20).
 */
export async function listProjects(client: InfisicalClient): Promise<ProjectRow[] | undefined> {
  const what = `list the projects of the identity on ${new URL(client.origin).host}`;
  const read = { method: "GET", repeat: "safe", what } as const;
  const current = {
    ...read,
    route: "/api/v1/projects",
    query: { includeRoles: "false" },
    answer: z.object({ projects: z.array(projectRow) }).transform(({ projects }) => projects),
  };
  // As versions before projects had the name.
  const older = {
    ...read,
    route: "/api/v1/workspace",
    answer: z.object({ workspaces: z.array(projectRow) }).transform(({ workspaces }) => workspaces),
  };
  const answer = await callEither({ client }, "projects-v1", current, older);
  if (answer.kind === "ok") return answer.value;
  if (answer.kind === "unchanged") throw new Error("Only a request with an ETag can be answered so.");
  if (answer.refusal.status === 403) return undefined;
  throw refusalError(answer.refusal, "rejected", { hint: "Check the URL." });
}

/** A project's environments; none where there is no such project that the identity may see. */
export async function listEnvironments(
  client: InfisicalClient,
  projectId: string,
): Promise<{ slug: string; name?: string | null | undefined }[]> {
  // Versions of 2024 fail where there is no such project (data-plane §20).
  const optional = { isOptional: true } as const;
  const current = { ...getProject(projectId), ...optional };
  const older = { ...getWorkspace(projectId), ...optional };
  const answer = await callEither({ client }, "projects-v1", current, older).catch((error: unknown) => {
    if (hasCode(error, "server-error")) return undefined;
    throw error;
  });
  return answer?.kind === "ok" ? (answer.value.project.environments ?? []) : [];
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
  const read = { method: "GET", repeat: "safe", what: folderText(place, "/"), answer: folderRows } as const;
  const query = { environment, path: "/", recursive: "true" };
  const current = { ...read, route: "/api/v2/folders", query: { projectId, ...query } };
  const older = { ...read, route: "/api/v1/folders", query: { workspaceId: projectId, ...query } };
  const answer = await callEither({ client }, "folders-v2", current, older);
  if (answer.kind !== "ok") return [];
  const below = answer.value.folders.map(({ name, relativePath }) => relativePath ?? `/${name}`);
  return ["/", ...below.map((path) => (path.startsWith("/") ? path : `/${path}`))].sort();
}
