/** What an identity can see of an instance: its projects, their environments and folders. */
import { z } from "zod";
import { refusalError } from "./answer.ts";
import type { InfisicalClient } from "./client.ts";
import { folderText, words } from "./endpoints.ts";
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

/** The projects that the identity belongs to; the list has no pages (data-plane §6.2). */
export async function listProjects(client: InfisicalClient): Promise<ProjectRow[]> {
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
  throw refusalError(answer.refusal, "forbidden", { hint: "Check the identity's rights." });
}

/** Paths of all folders of an environment, sorted; none where the identity may not list them. */
export async function listFolderPaths(
  client: InfisicalClient,
  projectId: string,
  environment: string,
): Promise<string[]> {
  const place = { origin: client.origin, projectId, environment, secretPath: "/" };
  const answer = await client.call({
    method: "GET",
    route: "/api/v2/folders",
    query: { projectId, environment, path: "/", recursive: "true" },
    repeat: "safe",
    what: folderText(place, "/"),
    answer: folderRows,
  });
  if (answer.kind !== "ok") return [];
  const below = answer.value.folders.map(({ name, relativePath }) => relativePath ?? `/${name}`);
  return ["/", ...below.map((path) => (path.startsWith("/") ? path : `/${path}`))].sort();
}
