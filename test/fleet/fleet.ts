/** A fleet between two instances, for tests. */
import type { Database } from "../../automation/fleet/database/database.ts";
import { applyDeclarations } from "../../automation/fleet/declarations/apply.ts";
import { declarationOf } from "../../automation/fleet/declarations/declaration.ts";
import { nextRun } from "../../automation/fleet/declarations/schedule.ts";
import type { SyncRow } from "../../automation/fleet/rows/rows.ts";
import { findSync } from "../../automation/fleet/rows/syncs.ts";
import { startWorker, type Worker, type WorkerOptions } from "../../automation/fleet/worker/worker.ts";
import { readSyncsFile } from "../../automation/syncs/read.ts";
import type { PlayedSide } from "../support/world.ts";

export interface DeclaredSync {
  /** Folders. */
  from?: string;
  to?: string;
  options?: Record<string, unknown>;
  fleet?: { schedule?: string; approve?: string[] };
  more?: Record<string, unknown>;
}

/** Declares syncs from one side to the other. @returns those to be triggered */
export async function declare(
  database: Database,
  { source, destination }: { source: PlayedSide; destination: PlayedSide },
  syncs: Record<string, DeclaredSync>,
  { project = "billing", top = {}, prune = false }: { project?: string; top?: object; prune?: boolean } = {},
): Promise<Pick<SyncRow, "id" | "destination">[]> {
  const file = {
    project,
    source: { host: source.server.url, clientId: source.clientId, clientSecret: "${env:SOURCE_SECRET}" },
    connections: {
      there: {
        instanceUrl: destination.server.url,
        machineIdentityClientId: destination.clientId,
        machineIdentityClientSecret: "${env:THERE_SECRET}",
      },
    },
    ...top,
    syncs: Object.fromEntries(
      Object.entries(syncs).map(([name, { from, to, options, fleet, more }]) => [
        name,
        {
          connection: "there",
          projectId: source.projectId,
          environment: source.environment,
          secretPath: from ?? source.secretPath,
          destinationConfig: {
            projectId: destination.projectId,
            environment: destination.environment,
            secretPath: to ?? destination.secretPath,
          },
          syncOptions: { initialSyncBehavior: "overwrite-destination", ...options },
          fleet: { schedule: "1h", ...fleet },
          ...more,
        },
      ]),
    ),
  };
  const read = readSyncsFile(JSON.stringify(file), "syncs.yaml");
  const declaration = declarationOf(read, { file: "syncs.yaml", folder: "/" }, {});
  const { affected } = await database.transaction((queries) =>
    applyDeclarations(queries, [declaration], { by: "ada", prune }),
  );
  return affected;
}

/** The environment of a worker that may log in at both sides. */
export const secretsOf = ({ source, destination }: { source: PlayedSide; destination: PlayedSide }) => ({
  SOURCE_SECRET: source.clientSecret,
  THERE_SECRET: destination.clientSecret,
});

/** A worker in this process, which knows the secrets of both sides. */
export const startTestWorker = (
  database: Database,
  sides: { source: PlayedSide; destination: PlayedSide },
  options: Partial<WorkerOptions> = {},
): Promise<Worker> =>
  startWorker({
    database,
    version: "0.0.0",
    environment: secretsOf(sides),
    policies: [],
    concurrency: 4,
    nextRun: (settings, after) => nextRun(settings, after, 0),
    ...options,
  });

/** The row of a sync. */
export async function rowOf(database: Database, name: string, project = "billing"): Promise<SyncRow> {
  const row = await findSync(database, project, name);
  if (!row) throw new Error(`There is no sync ${name}.`);
  return row;
}

/** Until a run that has told its end, within its transaction, has put it down: that has released its lease. */
export async function isPutDown(database: Database): Promise<void> {
  await database.query("select from lease for update");
}
