import { stackCommand } from "../command.ts";

const HELP = `
A process that was killed leaves its lock behind, and the next one is refused. This removes the locks, as
\`pulumi cancel\` does: it ends no process. One that still runs would go on, so look first who holds them.
The state stays as it is; the next \`up\` or \`refresh\` finds what was under way in it.`;

const cancel = stackCommand(
  {
    name: "cancel",
    description: "Remove the locks that processes which are gone have left on the stack",
    options: async () => (await import("./options.ts")).cancelOptions,
    document: { name: "cancel", schema: async () => (await import("./document.ts")).cancelDocumentSchema },
    help: HELP,
  },
  async () => (await import("./run.ts")).cancel,
);

export const commands = [cancel];
