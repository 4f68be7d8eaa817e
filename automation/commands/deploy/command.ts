import type { Command as Operation } from "../../review/operations.ts";
import { type Command, stackCommand } from "../command.ts";

const options = () => import("./options.ts");
const document = {
  name: "report",
  schema: async () => (await import("../../report/json.ts")).documentSchema,
};

const operation = (name: Operation, rest: Pick<Command, "description" | "options">): Command =>
  stackCommand({ ...rest, name, document }, async () => (await import("./run.ts")).operation(name));

const preview = operation("preview", {
  description: "Show what an update would do, key by key",
  options: async () => (await options()).previewOptions,
});
const up = operation("up", {
  description: "Make it so: create, update and delete what the preview shows",
  options: async () => (await options()).upOptions,
});
const refresh = operation("refresh", {
  description: "Read what is at the destinations into the state",
  options: async () => (await options()).refreshOptions,
});
const destroy = operation("destroy", {
  description: "Delete all resources of the stack",
  options: async () => (await options()).destroyOptions,
});

export const commands = [preview, up, refresh, destroy];
