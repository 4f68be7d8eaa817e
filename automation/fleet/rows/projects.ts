import type { Queries } from "../database/database.ts";
import { naturally } from "./natural.ts";
import type { ProjectRow } from "./rows.ts";

export const listProjects = (queries: Queries): Promise<ProjectRow[]> =>
  queries.query(`select * from project order by ${naturally("name")}`);

export async function readProject(queries: Queries, name: string): Promise<ProjectRow | undefined> {
  const [row] = await queries.query<ProjectRow>("select * from project where name = $1", [name]);
  return row;
}
