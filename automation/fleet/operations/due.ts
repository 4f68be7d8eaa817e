/**
 * Which news are to be told to whom: what a sync is now, beside what was told of it last. Whoever runs it writes nothing for
 * this, nothing is lost where a process ends, and what is over before it was told is not told.
 */
import type { Database, Queries } from "../database/database.ts";
import { IS_REFUSAL_SQL } from "../rows/parked.ts";
import type { ParkedReason } from "../rows/rows.ts";

export interface Due {
  sync: string;
  project: string;
  name: string;
  notify: { url: string; secret?: string };
  folder: string;
  /** `well`, `failed` or `parked` with the plan's id. */
  state: string;
  told: string;
  /** The id of what is told: one that is told again has the same, and no other fleet's has it. */
  message_id: string;
  message: string | null;
  failures: number;
  plan: string | null;
  reasons: readonly ParkedReason[] | null;
  /** By a guard, which nobody's approval overrides. */
  is_refused: boolean;
  attempts: number;
}

/** So many are told at a time. */
const MOST = 20;
/** Within this whoever has taken one tells it, or another one does. */
const LEAST_SECONDS = 30;
const MOST_SECONDS = 3_600;

const CURRENT = `
  select sync.id as sync, sync.project, sync.name, sync.message, sync.failures, project.folder,
    project.declared -> 'notify' as notify, parked.id as plan, parked.reasons,
    ${IS_REFUSAL_SQL} as is_refused,
    case when parked.sync is not null and parked.decision is null then 'parked ' || parked.id
      when sync.outcome = 'failed' and sync.removed_at is null then 'failed'
      else 'well' end as state
  from sync join project on project.name = sync.project left join parked on parked.sync = sync.id
  where project.declared -> 'notify' ->> 'url' is not null and sync.paused_at is null`;

/** Takes some for this process. */
export const takeDue = (database: Database): Promise<Due[]> =>
  database.transaction(async (queries) => {
    await queries.query(
      `with current as (${CURRENT})
       insert into told (sync, state) select sync, 'well' from current where state <> 'well'
       on conflict do nothing`,
    );
    return await queries.query<Due>(
      `with current as (${CURRENT}),
       due as (
         select told.sync from told join current on current.sync = told.sync
         where told.state <> current.state and told.due_at <= now()
         order by told.due_at limit ${MOST} for update of told skip locked
       )
       update told set attempts = told.attempts + 1,
         due_at = now() + make_interval(secs => least(${LEAST_SECONDS} * 2 ^ least(told.attempts, 20), ${MOST_SECONDS}))
       from current where told.sync = current.sync and told.sync in (select sync from due)
       returning current.*, told.state as told, told.message as message_id, told.attempts`,
    );
  });

export async function markTold(
  queries: Queries,
  { sync, state }: Pick<Due, "sync" | "state">,
): Promise<void> {
  await queries.query(
    "update told set state = $2, message = gen_random_uuid(), attempts = 0, due_at = now() where sync = $1",
    [sync, state],
  );
}
