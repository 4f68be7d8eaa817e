import { z } from "zod";
import type { Command } from "../command.ts";
import { option } from "../options.ts";
import { readOptions } from "../read-options.ts";
import { SCHEMA_NAMES, SCHEMAS } from "./schemas.ts";

const options = z.object({
  of: option(z.enum(SCHEMA_NAMES).default("syncs"), {
    value: "what",
    text: "which one; jobs is of sync, import and remove, rollback also of resume, init also of adopt",
  }),
});

export const schema: Command = {
  name: "schema",
  description:
    "Print a JSON Schema: of syncs.yaml or policies, for editors, or of the documents that --json prints",
  options,
  async run(_place, raw) {
    console.log(JSON.stringify(await SCHEMAS[readOptions(options, raw).of](), null, 2));
    return 0;
  },
};
