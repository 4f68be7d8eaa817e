/** Takes over syncs that something else has run: with what that remembers of their keys. */
import { z } from "zod";
import { EngineError } from "../../engines/engine.ts";
import { applyDeclarations } from "../declarations/apply.ts";
import { addHistory } from "../rows/history.ts";
import { findSync } from "../rows/syncs.ts";
import { withoutSecrets } from "../run/secrets.ts";
import { act } from "./act.ts";
import { declareInput, properties, recordedSchema } from "./declare.ts";
import { by } from "./inputs.ts";

const input = declareInput.pick({ declarations: true }).extend({
  by,
  from: z.string().min(1).meta({ description: "What has run them, for the history." }),
  syncs: z
    .array(recordedSchema)
    .min(1)
    .meta({ description: "Syncs that are declared, and what is on record of them." }),
});

export const adoptContent = z.object({
  adopted: z.array(z.object({ project: z.string(), name: z.string(), keys: z.number() })),
});

/** Of several syncs all are adopted, or none. */
export const adopt = act(
  input,
  async ({ database, queue }, { declarations, syncs, by, from }): Promise<z.output<typeof adoptContent>> =>
    database.transaction(async (queries) => {
      const { affected } = await applyDeclarations(queries, declarations, { by, prune: false });
      const adopted: z.output<typeof adoptContent>["adopted"] = [];
      for (const { project, name, inputs, outputs } of syncs) {
        const row = await findSync(queries, project, name);
        if (!row) throw new EngineError("invalid-config", `No file declares ${project}/${name}.`);
        if (row.outputs || row.intent)
          throw new EngineError(
            "invalid-state",
            `The fleet runs ${project}/${name} already; nothing was adopted.`,
            {
              hint: "What it remembers of the keys would be lost. Leave out what it has.",
            },
          );
        await queries.query("update sync set inputs = $2, outputs = $3 where id = $1", [
          row.id,
          withoutSecrets(inputs),
          withoutSecrets(outputs),
        ]);
        const keys = Object.keys(properties.catch({}).parse(outputs["keys"])).length;
        await addHistory(queries, row, "adopted", by, { from, keys });
        adopted.push({ project, name, keys });
      }
      await queue.trigger(affected, "declared", queries);
      return { adopted };
    }),
);
