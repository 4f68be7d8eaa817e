/** Writes the JSON Schemas of syncs.yaml, for its editor, and of the report into the package. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { reportJsonSchema } from "../../automation/report/json.ts";
import { syncsJsonSchema } from "../../automation/syncs/schema.ts";

const folder = join(import.meta.dirname, "../../dist");
await mkdir(folder, { recursive: true });
for (const [name, schema] of Object.entries({ syncs: syncsJsonSchema(), report: reportJsonSchema() }))
  await writeFile(join(folder, `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
