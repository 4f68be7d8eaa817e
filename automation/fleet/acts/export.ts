/** Gives syncs away: what is declared, and what is remembered of their keys. Here they stand still from then on. */
import { z } from "zod";
import { EngineError } from "../../engines/engine.ts";
import { addHistory } from "../rows/history.ts";
import { BY_NAME } from "../rows/natural.ts";
import { forget } from "../rows/parked.ts";
import { listProjects } from "../rows/projects.ts";
import type { SyncRow } from "../rows/rows.ts";
import { IS_HELD_SQL, pauseSync } from "../rows/syncs.ts";
import { act } from "./act.ts";
import { declarationSchema, recordedSchema } from "./declare.ts";
import { by } from "./inputs.ts";

export const exportContent = z.object({
  declarations: z.array(declarationSchema),
  syncs: z.array(recordedSchema),
});

const input = z.object({
  project: z.string().min(1).optional().meta({ description: "All of them without it." }),
  destinations: z
    .array(z.string())
    .optional()
    .meta({ description: "Keys of places: the syncs that write there alone." }),
  by,
});

export const exportSyncs = act(
  input,
  ({ database }, { project, destinations, by }): Promise<z.output<typeof exportContent>> =>
    database.transaction(async (queries) => {
      const projects = (await listProjects(queries)).filter(({ name }) => name === (project ?? name));
      if (projects.length === 0)
        throw new EngineError("invalid-config", `The fleet has no project ${project ?? "at all"}.`);
      // Whoever runs one now ends first: its row is locked by the end of its run.
      const rows = await queries.query<SyncRow & { is_running: boolean }>(
        `select sync.*, ${IS_HELD_SQL} as is_running
         from sync where removed_at is null and project in (select jsonb_array_elements_text($1::jsonb))
           and ($2::jsonb is null or destination in (select jsonb_array_elements_text($2::jsonb)))
         order by ${BY_NAME} for update of sync`,
        [projects.map(({ name }) => name), destinations],
      );
      if (destinations && rows.length === 0)
        throw new EngineError(
          "invalid-config",
          "The fleet runs none of these syncs: there is nothing to give.",
        );
      const busy = rows.filter(({ is_running, intent }) => is_running || intent !== null);
      if (busy.length > 0)
        throw new EngineError(
          "locked",
          `These have begun a run that has not ended: ${busy.map(({ project, name }) => `${project}/${name}`).join(", ")}.`,
          { hint: "Pause them, and export them once they have ended." },
        );
      for (const row of rows) {
        await pauseSync(queries, row.id, by);
        // Whoever has it from now on finds anew what waits.
        await forget(queries, row.id);
        await addHistory(queries, row, "exported", by);
      }
      const syncsOf = Map.groupBy(rows, ({ project }) => project);
      return {
        declarations: projects
          .filter(({ name }) => destinations === undefined || syncsOf.has(name))
          .map(({ name, file, folder, declared }) => ({
            ...{ project: name, file, folder, declared },
            syncs: (syncsOf.get(name) ?? []).map(({ name, destination, declared }) => {
              return { name, destination, declared };
            }),
          })),
        syncs: rows.flatMap(({ project, name, inputs, outputs }) =>
          inputs && outputs ? [{ project, name, inputs, outputs }] : [],
        ),
      };
    }),
);
