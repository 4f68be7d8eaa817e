/** The syncs that read a folder of a source. */
import { normalPath, normalProjectId } from "../../../provider/normal-place.ts";
import type { Queries } from "../database/database.ts";
import type { SyncRow } from "../rows/rows.ts";

export interface ChangedPlace {
  projectId: string;
  environment: string;
  /** Absent: any of its folders. */
  secretPath?: string | undefined;
}

interface Reader extends Pick<SyncRow, "id" | "destination"> {
  path: string;
  is_tree: boolean;
}

/** Project ids are one of a kind, whichever instance they are of. */
export async function readersAt(
  queries: Queries,
  { projectId, environment, secretPath }: ChangedPlace,
): Promise<Pick<SyncRow, "id" | "destination">[]> {
  const readers = await queries.query<Reader>(
    `select id, destination, declared -> 'args' ->> 'secretPath' as path,
       coalesce((declared -> 'args' -> 'syncOptions' ->> 'includeAllSubFolders')::boolean, false) as is_tree
     from sync
     where declared -> 'args' ->> 'projectId' = $1 and declared -> 'args' ->> 'environment' = $2
       and paused_at is null and removed_at is null`,
    [normalProjectId(projectId), environment],
  );
  const changed = secretPath === undefined ? undefined : normalPath(secretPath);
  return readers
    .filter(
      ({ path, is_tree }) => changed === undefined || path === changed || (is_tree && isBelow(changed, path)),
    )
    .map(({ id, destination }) => ({ id, destination }));
}

const isBelow = (inner: string, outer: string) => inner.startsWith(outer === "/" ? "/" : `${outer}/`);
