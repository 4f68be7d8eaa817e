import { join } from "node:path";
import type { Plugin } from "rolldown";

const ZOD = join(import.meta.dirname, "zod.ts");

/** Whoever asks for zod gets it without functions made for each schema. */
export const jitless: Plugin = {
  name: "jitless",
  resolveId: (id, importer) => (id === "zod" && importer !== ZOD ? ZOD : undefined),
};
