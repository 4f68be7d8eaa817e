/** The syncs that somebody names. */
import { some } from "../../../provider/engine/shortened.ts";
import { EngineError } from "../../engines/engine.ts";
import type { Queries } from "../database/database.ts";
import { BY_NAME } from "../rows/natural.ts";
import type { SyncRow } from "../rows/rows.ts";

export type FoundSync = Pick<SyncRow, "id" | "project" | "name" | "destination" | "paused_at">;

/**
 * Each name is that of a sync, or `PROJECT/NAME`.
 *
 * @throws EngineError `not-found` where a name is of no sync, `invalid-config` where it is of several
 */
export async function findSyncs(queries: Queries, names: readonly string[]): Promise<FoundSync[]> {
  const found = await queries.query<FoundSync>(
    `select id, project, name, destination, paused_at from sync
     where name in (select jsonb_array_elements_text($1::jsonb))
        or project || '/' || name in (select jsonb_array_elements_text($1::jsonb))
     order by ${BY_NAME}`,
    [names],
  );
  const namesOf = (sync: FoundSync) => [sync.name, fullName(sync)];
  const foundBy = (name: string) => found.filter((sync) => namesOf(sync).includes(name));
  const missing = names.filter((name) => foundBy(name).length === 0);
  if (missing.length > 0) throw await noSuchSync(queries, missing);
  const several = names.filter((name) => foundBy(name).length > 1);
  if (several.length > 0)
    throw new EngineError(
      "invalid-config",
      several
        .map((name) => `Several syncs are named ${name}: ${some(foundBy(name).map(fullName))}.`)
        .join("\n"),
      { hint: "Name them with their project." },
    );
  return found;
}

/** Of one that was there before, the history knows when it went. */
async function noSuchSync(queries: Queries, names: readonly string[]): Promise<EngineError> {
  const [removed] = await queries.query<Pick<SyncRow, "project" | "name"> & { at: Date }>(
    `select project, name, at from history
     where event = 'removed' and sync is null and (name in (select jsonb_array_elements_text($1::jsonb))
       or project || '/' || name in (select jsonb_array_elements_text($1::jsonb)))
     order by id desc limit 1`,
    [names],
  );
  const told = `The fleet has no sync named ${some(names)}`;
  return new EngineError(
    "not-found",
    removed ? `${told} any more: ${fullName(removed)} was removed at ${utc(removed.at)}.` : `${told}.`,
    { hint: "`external-infisical fleet status` lists the names." },
  );
}

const utc = (at: Date): string => `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** @throws EngineError as `findSyncs` does */
export async function findSync(queries: Queries, name: string): Promise<FoundSync> {
  const [found] = await findSyncs(queries, [name]);
  if (found) return found;
  throw new Error("A name that is of no sync is refused.");
}

export const fullName = ({ project, name }: Pick<SyncRow, "project" | "name">): string =>
  `${project}/${name}`;
