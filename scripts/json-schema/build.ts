/** Writes the JSON Schema of syncs.yaml into the package, where a file can name it for its editor. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { syncsJsonSchema } from "../../automation/syncs/schema.ts";

const folder = join(import.meta.dirname, "../../dist");
await mkdir(folder, { recursive: true });
await writeFile(join(folder, "syncs.schema.json"), `${JSON.stringify(syncsJsonSchema(), null, 2)}\n`);
