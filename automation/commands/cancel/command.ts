import type { Command } from "../command.ts";
import { STACK_PLACE } from "../options.ts";
import { runCommand } from "../runner.ts";
import { cancelOptions } from "./options.ts";

const HELP = `
A process that was killed leaves its lock behind, and the next one is refused. This removes the locks, as
\`pulumi cancel\` does: it ends no process. One that still runs would go on, so look first who holds them.
The state stays as it is; the next \`up\` or \`refresh\` finds what was under way in it.`;

const cancel: Command = {
  name: "cancel",
  description: "Remove the locks that processes which are gone have left on the stack",
  place: STACK_PLACE,
  options: cancelOptions,
  document: { name: "cancel", schema: async () => (await import("./document.ts")).cancelDocumentSchema },
  help: HELP,
  run: async (place, raw) => runCommand((await import("./run.ts")).cancel, place, raw),
};

export const commands = [cancel];
