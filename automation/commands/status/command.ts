import { stackCommand } from "../command.ts";
import { statusOptions } from "./options.ts";

const status = stackCommand(
  {
    name: "status",
    description: "Show all syncs of the stack: last run, result, keys and drift",
    options: statusOptions,
    document: { name: "status", schema: async () => (await import("./document.ts")).statusDocumentSchema },
  },
  async () => (await import("./run.ts")).status,
);

export const commands = [status];
