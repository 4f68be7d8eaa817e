import { z } from "zod";
import { lookUp } from "../../../provider/look-up.ts";
import type { Command } from "../command.ts";
import { option } from "../options.ts";
import { readOptions } from "../read-options.ts";

/** Each is loaded when it is asked for. */
type Schemas = Record<string, () => Promise<object>>;

const FILES: Schemas = {
  syncs: async () => (await import("../../stack/syncs-file.ts")).syncsJsonSchema(),
  policies: async () => (await import("../../policies/schema.ts")).policiesJsonSchema(),
};

/** What the command takes and does. @param commands those whose documents it tells */
export function schemasOf(commands: readonly Command[]) {
  const documents: Schemas = Object.fromEntries(
    commands.flatMap(({ document }) =>
      document ? [[document.name, async () => z.toJSONSchema(await document.schema(), { io: "input" })]] : [],
    ),
  );
  const schemas: Schemas = { ...FILES, ...documents };
  const options = z.object({
    of: option(z.enum(Object.keys(schemas)).default("syncs"), {
      value: "what",
      text: "which one; jobs is of sync, import and remove, rollback also of resume, init also of adopt",
    }),
  });
  return {
    options,
    async print(raw: unknown): Promise<number> {
      const { of } = readOptions(options, raw);
      console.log(JSON.stringify(await lookUp(schemas, of)?.(), null, 2));
      return 0;
    },
  };
}
