/** Brings declarations into the fleet. */
import { type Route, writersRead } from "../../syncs/fleet.ts";
import type { Queries } from "../database/database.ts";
import { BY_NAME } from "../rows/natural.ts";
import { listProjects } from "../rows/projects.ts";
import type { HistoryEvent, ProjectRow } from "../rows/rows.ts";
import type { Declaration } from "./declaration.ts";
import { routeOf } from "./places.ts";
import { type DeclarationPlan, type KnownSync, planDeclaration, syncsAfter } from "./plan.ts";
import { refuseTogether } from "./refuse.ts";

export interface Planned {
  plans: DeclarationPlan[];
  /** Of all syncs of the fleet as they would be; named `PROJECT/NAME`. */
  routes: Route[];
}

/**
 * What the declarations would change.
 *
 * @throws EngineError `invalid-config` for syncs that cannot be together
 */
export async function planDeclarations(
  queries: Queries,
  declarations: readonly Declaration[],
  options: { prune: boolean },
): Promise<Planned> {
  const projects = await listProjects(queries);
  const rows = await queries.query<KnownSync>(
    `select id, project, name, destination, declared, removed_at, is_pruned from sync order by ${BY_NAME}`,
  );
  const rowsOf = Map.groupBy(rows, ({ project }) => project);
  const used = await queries.query<UsedConnection>(
    `select project, declared ->> 'connection' as connection from sync
     union select project, outputs ->> 'connectionName' from sync`,
  );
  const plans = declarations.map((declaration) => {
    const known = projects.find(({ name }) => name === declaration.project);
    const whole = known ? withUsed(declaration, known, used) : declaration;
    return planDeclaration(whole, known, rowsOf.get(declaration.project) ?? [], options);
  });
  const declared = new Set(declarations.map(({ project }) => project));
  const routes = [
    ...plans.flatMap((plan) => {
      const { project, declared } = plan.declaration;
      return syncsAfter(plan, rowsOf.get(project) ?? []).map((sync) => {
        return routeOf(`${project}/${sync.name}`, sync.declared, declared);
      });
    }),
    ...projects
      .filter(({ name }) => !declared.has(name))
      .flatMap((project) =>
        (rowsOf.get(project.name) ?? []).map((sync) =>
          routeOf(`${project.name}/${sync.name}`, sync.declared, project.declared),
        ),
      ),
  ];
  refuseTogether(routes);
  return { plans, routes };
}

interface UsedConnection {
  project: string;
  connection: string | null;
}

/** Connections stay while keys have to be removed by them: of syncs that are gone, or write another place from now on. */
function withUsed(declaration: Declaration, known: ProjectRow, used: readonly UsedConnection[]): Declaration {
  const names = new Set(
    used.flatMap(({ project, connection }) => (project === known.name ? [connection] : [])),
  );
  const kept = Object.entries(known.declared.connections).filter(([name]) => names.has(name));
  const { declared } = declaration;
  const connections = { ...Object.fromEntries(kept), ...declared.connections };
  return { ...declaration, declared: { ...declared, connections } };
}

/** What has to run now. */
export interface Applied {
  plans: DeclarationPlan[];
  affected: Pick<KnownSync, "id" | "destination">[];
}

/**
 * Does it, within a transaction.
 *
 * @throws EngineError `invalid-config` for syncs that cannot be together
 */
export async function applyDeclarations(
  queries: Queries,
  declarations: readonly Declaration[],
  { by, prune }: { by: string; prune: boolean },
): Promise<Applied> {
  // Two who declare at once come one after the other: each is judged with what the other has declared.
  await queries.query("lock table project in share row exclusive mode");
  const { plans, routes } = await planDeclarations(queries, declarations, { prune });
  const affected: Applied["affected"] = [];
  for (const plan of plans) affected.push(...(await applyPlan(queries, plan, { by, prune })));
  await recordChains(queries, routes);
  return { plans, affected };
}

async function applyPlan(
  queries: Queries,
  { declaration, changes, parts, isNew }: DeclarationPlan,
  { by, prune }: { by: string; prune: boolean },
): Promise<Applied["affected"]> {
  const { project, file, folder, declared } = declaration;
  await queries.query(
    `insert into project (name, file, folder, declared, applied_by) values ($1, $2, $3, $4, $5)
     on conflict (name) do update set file = $2, folder = $3, declared = $4, applied_by = $5, applied_at = now()`,
    [project, file, folder, declared, by],
  );
  const gone = changes.flatMap((change) => (change.kind === "removed" ? [change.row.id] : []));
  await queries.query(
    `update sync set removed_at = coalesce(removed_at, now()), is_pruned = $2
     where id in (select jsonb_array_elements_text($1::jsonb)::bigint)`,
    [gone, prune],
  );
  const known = changes.flatMap((change) =>
    "row" in change && "sync" in change ? [{ id: change.row.id, ...change.sync }] : [],
  );
  // Those that swap places, or names, are nowhere meanwhile.
  await queries.query(
    `update sync set destination = id || ' is moving', name = id || ' is moving'
     where id in (select jsonb_array_elements_text($1::jsonb)::bigint)`,
    [known.map(({ id }) => id)],
  );
  await queries.query(
    `update sync set name = row.name, destination = row.destination, declared = row.declared, removed_at = null, is_pruned = false
     from jsonb_to_recordset($1::jsonb) as row (id bigint, name text, destination text, declared jsonb)
     where sync.id = row.id`,
    [known],
  );
  const added = changes.flatMap((change) => (change.kind === "new" ? [change.sync] : []));
  await queries.query(
    `insert into sync (project, name, destination, declared)
     select $2, name, destination, declared
     from jsonb_to_recordset($1::jsonb) as row (name text, destination text, declared jsonb)`,
    [added, project],
  );
  await remember(queries, project, changes, by);
  // What they have in common is of all of them.
  const names = changes.map((change) => (change.kind === "removed" ? change.row : change.sync).name);
  return queries.query(
    `select id, destination from sync
     where project = $1 and ($2 or name in (select jsonb_array_elements_text($3::jsonb))) order by name`,
    [project, !isNew && parts.length > 0, names],
  );
}

async function remember(
  queries: Queries,
  project: string,
  changes: DeclarationPlan["changes"],
  by: string,
): Promise<void> {
  const rows = changes.map((change) => {
    const event: HistoryEvent = change.kind === "removed" ? "removed" : "declared";
    const { name } = change.kind === "removed" ? change.row : change.sync;
    const former = "row" in change ? change.row : undefined;
    return {
      name,
      event,
      detail: {
        change: change.kind,
        ...(change.kind === "changed" && { parts: change.parts }),
        ...(change.kind === "renamed" && { from: former?.name }),
        ...(change.kind === "moved" && { from: former?.destination }),
      },
    };
  });
  await queries.query(
    `insert into history (sync, project, name, event, done_by, detail)
     select sync.id, $2, row.name, row.event, $3, row.detail
     from jsonb_to_recordset($1::jsonb) as row (name text, event text, detail jsonb)
     join sync on sync.project = $2 and sync.name = row.name`,
    [rows, project, by],
  );
}

/** Who runs after whom: those that read what it writes. */
async function recordChains(queries: Queries, routes: readonly Route[]): Promise<void> {
  const chains = [...writersRead(routes)].flatMap(([reader, writers]) =>
    writers.map((writer) => ({ writer, reader })),
  );
  await queries.query("delete from chain");
  await queries.query(
    `insert into chain (writer, reader)
     select writer.id, reader.id
     from jsonb_to_recordset($1::jsonb) as row (writer text, reader text)
     join sync writer on writer.project || '/' || writer.name = row.writer
     join sync reader on reader.project || '/' || reader.name = row.reader`,
    [chains],
  );
}
