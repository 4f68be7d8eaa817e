/** `sync`, `import` and `remove`: they act on syncs as the state has them, without a deployment. */
import { type Command, stackCommand } from "../command.ts";
import type { JobCommand } from "./options.ts";

const HELP_NATIVE = `
Acts on the syncs in the stack's state that the source instance runs by itself (execution "native"), one after the
other, with auto-sync or without. The state stays as it is: refresh to read what has changed.`;

const HELP_REMOVE = `
By default the instance does it. It does not know what the sync has written: it deletes every key that the source has
now, whoever wrote it at the destination, all of them or none; it fails if one is missing there.
With --execution engine this package deletes only the keys that the sync created, as far as the state remembers. That
works for syncs of either execution (name those in execution "engine" with --sync), and where the instance's fails.`;

const options = () => import("./options.ts");
const document = {
  name: "jobs",
  schema: async () => (await import("./document.ts")).jobsDocumentSchema,
};

const job = (name: JobCommand, rest: Pick<Command, "description" | "options" | "help">): Command =>
  stackCommand({ ...rest, name, document }, async () => (await import("./run.ts")).job(name));

const sync = job("sync", {
  description: "Ask the source instance to run its syncs now",
  options: async () => (await options()).jobOptions,
  help: HELP_NATIVE,
});
const importing = job("import", {
  description: "Ask the source instance to import from the destinations; nothing is pushed",
  options: async () => (await options()).importOptions,
  help: HELP_NATIVE,
});
const remove = job("remove", {
  description: "Delete secrets of syncs at their destinations; the syncs stay",
  options: async () => (await options()).removeOptions,
  help: HELP_REMOVE + HELP_NATIVE,
});

export const commands = [sync, importing, remove];
