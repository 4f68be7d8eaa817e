/** Rows of a fleet as its runs leave them, for what only reads and decides. */
import type { Fleet } from "../../automation/fleet/acts/act.ts";
import type { Database } from "../../automation/fleet/database/database.ts";
import { park } from "../../automation/fleet/rows/parked.ts";
import type { Outcome, ParkedReason } from "../../automation/fleet/rows/rows.ts";
import type { PlannedResource } from "../../automation/review/planned.ts";
import { plannedSync, SYNC } from "../support/planned.ts";

export interface SampleSync {
  outcome?: Outcome;
  message?: string;
  failures?: number;
  path?: string;
  checkedAt?: Date;
}

/** A fleet on a database, and what its queue was asked for. */
export function sampleFleet(database: Database): Fleet & { triggered: { id: string; why: string }[] } {
  const triggered: { id: string; why: string }[] = [];
  return {
    database,
    triggered,
    environment: {},
    queue: {
      async trigger(syncs, why) {
        triggered.push(...syncs.map(({ id }) => ({ id, why })));
      },
    },
  };
}

export async function addProject(database: Database, name: string, declared: object = {}): Promise<void> {
  const all = {
    source: { host: "https://here.example.com" },
    connections: { dr: { instanceUrl: "https://dr.example.com" } },
    sharedLooks: true,
    ...declared,
  };
  await database.query(
    "insert into project (name, file, folder, declared, applied_by) values ($1, 'syncs.yaml', '/etc/fleet', $2, 'me')",
    [name, all],
  );
}

/** @returns its id */
export async function addSync(
  database: Database,
  project: string,
  name: string,
  { outcome = "unchanged", message, failures = 0, path = `/${name}`, checkedAt }: SampleSync = {},
): Promise<string> {
  const declared = {
    args: {
      description: `what ${name} is for`,
      projectId: "here",
      environment: "prod",
      secretPath: path,
      destinationConfig: { projectId: "there", environment: "prod", secretPath: path },
    },
    connection: "dr",
    wave: 1,
    settings: { schedule: "5m", approve: ["deletes"] },
  };
  const [row] = await database.query<{ id: string }>(
    `insert into sync (project, name, destination, declared, outputs, outcome, message, failures, checked_at, next_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9::timestamptz + interval '5 minutes') returning id`,
    [
      project,
      name,
      `${project} ${name}`,
      declared,
      outcome === "none" ? null : { keys: { A: "1@aaaaaaaa", B: "1@bbbbbbbb" } },
      outcome,
      message,
      failures,
      checkedAt ?? (outcome === "none" ? null : new Date("2026-03-01T12:00:00Z")),
    ],
  );
  return row?.id ?? "";
}

export const deletionOf = (key: string, message = "would be deleted"): ParkedReason => ({
  rule: "maxDeletes",
  message,
  key,
});

const { keys, ...ARGUMENTS } = SYNC;

/** A plan that adds, changes and deletes keys, and deletes one that the sync did not write. */
export function samplePlan(before: Record<string, string> = keys): PlannedResource {
  const { A, ...rest } = before;
  const after = { ...rest, B: "2@bbbbbbbb", NEW: "1@cccccccc" };
  const [plan] = plannedSync(
    { inputs: { ...ARGUMENTS, keys: { ...before, A: A ?? "1@aaaaaaaa" } } },
    {
      inputs: {
        ...ARGUMENTS,
        keys: after,
        effects: { THEIRS: "delete (destination has 1@77aa31c0, not written by this sync)" },
      },
    },
  );
  if (!plan) throw new Error("The sample has no plan.");
  return plan;
}

/** @returns the plan's id */
export async function parkPlan(
  database: Database,
  sync: string,
  planned: PlannedResource = samplePlan(),
  reasons: readonly ParkedReason[] = [deletionOf("A")],
): Promise<string> {
  const [row] = await database.query<{ name: string }>("select name from sync where id = $1", [sync]);
  const { inputs } = planned;
  return park(database, { sync, inputs, planned: { ...planned, name: row?.name ?? "" }, reasons });
}
