import type { Command } from "../command.ts";

/** @param commands those whose documents it tells */
export function schemaCommand(commands: readonly Command[]): Command {
  const schemas = async () => (await import("./run.ts")).schemasOf(commands);
  return {
    name: "schema",
    description:
      "Print a JSON Schema: of syncs.yaml or policies, for editors, or of the documents that --json prints",
    options: async () => (await schemas()).options,
    run: async (_place, raw) => (await schemas()).print(raw),
  };
}
