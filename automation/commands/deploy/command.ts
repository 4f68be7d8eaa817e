import type { Command as Operation } from "../../review/operations.ts";
import type { Command } from "../command.ts";
import { STACK_PLACE } from "../options.ts";
import { runCommand } from "../runner.ts";
import { destroyOptions, previewOptions, refreshOptions, upOptions } from "./options.ts";

const operation = (name: Operation, rest: Pick<Command, "description" | "options">): Command => ({
  ...rest,
  name,
  place: STACK_PLACE,
  document: { name: "report", schema: async () => (await import("../../report/json.ts")).documentSchema },
  run: async (place, raw) => runCommand((await import("./run.ts")).operation(name), place, raw),
});

const preview = operation("preview", {
  description: "Show what an update would do, key by key",
  options: previewOptions,
});
const up = operation("up", {
  description: "Make it so: create, update and delete what the preview shows",
  options: upOptions,
});
const refresh = operation("refresh", {
  description: "Read what is at the destinations into the state",
  options: refreshOptions,
});
const destroy = operation("destroy", {
  description: "Delete all resources of the stack",
  options: destroyOptions,
});

export const commands = [preview, up, refresh, destroy];
