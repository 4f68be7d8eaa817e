import type { Command } from "../command.ts";
import { STACK_PLACE } from "../options.ts";
import { runCommand } from "../runner.ts";
import { statusOptions } from "./options.ts";

export const status: Command = {
  name: "status",
  description: "Show all syncs of the stack: last run, result, keys and drift",
  place: STACK_PLACE,
  options: statusOptions,
  run: async (place, raw) => runCommand((await import("./run.ts")).status, place, raw, statusOptions),
};
