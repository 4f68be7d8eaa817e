/** Removes what the compiler has made before: what has no source any more would be packed with the rest. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import build from "../../tsconfig.build.json" with { type: "json" };

for (const folder of build.include)
  await rm(join(import.meta.dirname, "../../dist", folder), { recursive: true, force: true });
