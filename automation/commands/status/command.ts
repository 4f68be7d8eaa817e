import type { Command } from "../command.ts";
import { STACK_PLACE } from "../options.ts";
import { runCommand } from "../runner.ts";
import { statusOptions } from "./options.ts";

const status: Command = {
  name: "status",
  description: "Show all syncs of the stack: last run, result, keys and drift",
  place: STACK_PLACE,
  options: statusOptions,
  document: { name: "status", schema: async () => (await import("./document.ts")).statusDocumentSchema },
  run: async (place, raw) => runCommand((await import("./run.ts")).status, place, raw),
};

export const commands = [status];
