import { mapPool } from "../engine/pool.ts";
import { BridgeError } from "../errors.ts";
import { listFolderPaths, listProjects } from "../infisical/secrets/projects.ts";
import { openConnection, sourceClient } from "./clients.ts";
import type { ConnectionLogin } from "./logins.ts";
import type { Context } from "./resource.ts";

/** Requests under way at a time, for the folders of many environments. */
const WIDTH = 4;

/** A project as an identity sees it. */
export interface VisibleProject {
  id: string;
  name: string;
  slug: string;
  type: string | undefined;
  environments: { slug: string; name: string; folders: string[] | undefined }[];
}

/** Whose eyes to look with: those of a connection's identity, or of the source's. */
type Viewer = ConnectionLogin & { connectionName: string; allowInsecureHttp: boolean };

/** What an identity can see: projects, their environments and, where asked for, folders. */
export async function visibleProjects(
  {
    viewer,
    projectId,
    folders,
  }: { viewer: Viewer | undefined; projectId: string | undefined; folders: boolean },
  context: Context,
): Promise<VisibleProject[]> {
  const client = viewer
    ? openConnection({ ...viewer, name: viewer.connectionName }, context).client
    : sourceClient(context);
  const rows = await listProjects(client);
  if (!rows)
    throw new BridgeError(
      "unsupported",
      `${new URL(client.origin).host} keeps the list of projects from machine identities: its version is too old.`,
      { hint: "Give the project's id and the environment's slug where they are needed." },
    );
  const projects = rows
    .filter(({ id }) => projectId === undefined || id === projectId)
    .map(
      ({ id, name, slug, type, environments }): VisibleProject => ({
        id,
        name,
        slug,
        type: type ?? undefined,
        environments: (environments ?? []).map((one) => ({
          slug: one.slug,
          name: one.name,
          folders: undefined,
        })),
      }),
    );
  if (!folders) return projects;
  const all = projects.flatMap(({ id, environments }) =>
    environments.map((environment) => ({ id, environment })),
  );
  await mapPool(all, WIDTH, async ({ id, environment }) => {
    environment.folders = await listFolderPaths(client, id, environment.slug);
  });
  return projects;
}
