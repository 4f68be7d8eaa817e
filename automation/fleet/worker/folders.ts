import { lookUp } from "../../../provider/look-up.ts";
import type { DeclaredFolder } from "../../../provider/resources/declared-folders.ts";
import { identityOf } from "../../../provider/resources/logins.ts";
import type { Queries } from "../database/database.ts";
import { routeOf } from "../declarations/places.ts";
import { listProjects } from "../rows/projects.ts";
import type { DeclaredSync } from "../rows/rows.ts";

/** The folders of all syncs, so that those in one environment are looked at together. */
export async function declaredFolders(queries: Queries): Promise<DeclaredFolder[]> {
  const projects = new Map((await listProjects(queries)).map((project) => [project.name, project.declared]));
  const syncs = await queries.query<{ project: string; name: string; declared: DeclaredSync }>(
    "select project, name, declared from sync where removed_at is null and paused_at is null",
  );
  return syncs.flatMap(({ project, name, declared }): DeclaredFolder[] => {
    const common = projects.get(project);
    if (!common?.sharedLooks) return [];
    const { source, destination } = routeOf(name, declared, common);
    const clientId = identityOf(lookUp(common.connections, declared.connection) ?? {}) ?? "";
    return [
      ...(source.isTree ? [] : [source]),
      ...(destination.isTree ? [] : [{ ...destination, clientId }]),
    ];
  });
}
