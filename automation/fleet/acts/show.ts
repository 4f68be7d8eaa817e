/** One sync: what is declared, what waits for somebody key by key, and what happened. */
import { z } from "zod";
import { EngineError } from "../../engines/engine.ts";
import { resourceSchema } from "../../report/json.ts";
import type { PlannedResource } from "../../review/planned.ts";
import { act, type Fleet } from "./act.ts";
import { findSync, fullName } from "./find-syncs.ts";
import { history, historyContent } from "./history.ts";
import { plannedAsReported } from "./planned.ts";
import { reason, syncStatus } from "./status-document.ts";
import { LISTED_COLUMNS, LISTED_TABLES, type ListedRow, syncPart } from "./sync-part.ts";

const input = z.object({
  sync: z.string().min(1).meta({ description: "Its name, or PROJECT/NAME." }),
});

export const showContent = z.object({
  sync: syncStatus,
  description: z.string().optional(),
  approve: z.array(z.string()).meta({ description: "What waits for somebody's approval." }),
  keys: z.number().optional().meta({
    description: "Keys at the destination that are the sync's own; absent before its first run.",
  }),
  plan: z
    .object({
      id: z.string(),
      reasons: z.array(reason),
      isRefused: z.literal(true).optional().meta({
        description: "By a guard, which no decision overrides.",
      }),
      resources: z.array(resourceSchema).meta({
        description:
          "As in the report of a preview: the sync, and what it leaves where it turns to another destination.",
      }),
    })
    .optional()
    .meta({ description: "What waits for somebody, or has been decided on and is not done yet." }),
  history: historyContent,
});
export type ShowContent = z.output<typeof showContent>;

interface ShownRow extends ListedRow {
  keys: string | null;
  planned: PlannedResource | null;
}

export const show = act(input, async (fleet, { sync }): Promise<ShowContent> => {
  const row = await readRow(fleet, sync);
  const { description } = row.declared.args;
  return {
    sync: syncPart(row),
    ...(typeof description === "string" && { description }),
    approve: [...row.declared.settings.approve],
    ...(row.keys !== null && { keys: Number(row.keys) }),
    ...planPart(row),
    history: await history.act(fleet, { syncs: [fullName(row)], limit: 20 }),
  };
});

async function readRow({ database }: Fleet, name: string): Promise<ShownRow> {
  const { id } = await findSync(database, name);
  const [row] = await database.query<ShownRow>(
    `select ${LISTED_COLUMNS}, parked.planned,
       (select count(*) from jsonb_object_keys(sync.outputs -> 'keys')) as keys
     from ${LISTED_TABLES} where sync.id = $1`,
    [id],
  );
  if (row) return row;
  throw new EngineError("not-found", `The fleet has no sync named ${name} any more.`);
}

function planPart({ plan, reasons, planned, is_refused }: ShownRow): Pick<ShowContent, "plan"> {
  if (plan === null || planned === null) return {};
  return {
    plan: {
      id: plan,
      reasons: [...(reasons ?? [])],
      ...(is_refused && { isRefused: true as const }),
      resources: plannedAsReported(planned),
    },
  };
}
