/** Syncs that stand still until somebody says otherwise, and syncs that run at once. */
import { z } from "zod";
import { some } from "../../../provider/engine/shortened.ts";
import { EngineError } from "../../engines/engine.ts";
import { addHistory } from "../rows/history.ts";
import { pauseSync, resumeSync } from "../rows/syncs.ts";
import { act } from "./act.ts";
import { type FoundSync, findSyncs, fullName } from "./find-syncs.ts";
import { by, comment, syncs } from "./inputs.ts";

const input = z.object({ syncs, by, comment });

const named = (all: readonly FoundSync[]) => all.map(({ project, name }) => ({ project, name }));

export const pause = act(input, ({ database }, { syncs, by, comment }) =>
  database.transaction(async (queries) => {
    const found = await findSyncs(queries, syncs);
    for (const sync of found) {
      if (await pauseSync(queries, sync.id, by))
        await addHistory(queries, sync, "paused", by, comment ? { comment } : {});
    }
    return { paused: named(found) };
  }),
);

export const resume = act(input, ({ database, queue }, { syncs, by, comment }) =>
  database.transaction(async (queries) => {
    const found = await findSyncs(queries, syncs);
    for (const sync of found) {
      if (!(await resumeSync(queries, sync.id))) continue;
      await addHistory(queries, sync, "resumed", by, comment ? { comment } : {});
      await queue.trigger([sync], "resumed", queries);
    }
    return { resumed: named(found) };
  }),
);

export const run = act(z.object({ syncs }), async ({ database, queue }, { syncs }) => {
  const found = await findSyncs(database, syncs);
  const paused = found.filter(({ paused_at }) => paused_at !== null);
  if (paused.length > 0)
    throw new EngineError("invalid-config", `Paused syncs do not run: ${some(paused.map(fullName))}.`, {
      hint: "`external-infisical fleet resume` lets them run again.",
    });
  await queue.trigger(found, "hand");
  return { triggered: named(found) };
});
