import { stackCommand } from "../command.ts";

const status = stackCommand(
  {
    name: "status",
    description: "Show all syncs of the stack: last run, result, keys and drift",
    options: async () => (await import("./options.ts")).statusOptions,
    document: { name: "status", schema: async () => (await import("./document.ts")).statusDocumentSchema },
  },
  async () => (await import("./run.ts")).status,
);

export const commands = [status];
