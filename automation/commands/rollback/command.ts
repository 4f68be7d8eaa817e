/** `rollback` and `resume`: they go back in a sync's history, and end the pause after that. */
import { type Command, stackCommand } from "../command.ts";
import type { RollbackCommand } from "./options.ts";

const HELP_ROLLBACK = `
The state of a stack remembers the last ten runs of each sync in execution "engine" that changed something. Without
--to they are listed. With --to the destination is put back to what it held right after that run: updated keys get
the earlier version that the instance still has, keys created since are deleted, and what cannot be put back is told
before you are asked. What somebody else has changed since stays as it is. The source is never touched.
A sync that was rolled back is paused: deployments push nothing until \`external-infisical resume\`, or until
\`triggers\` change. Needs an identity that may read and write at the destination.`;

const HELP_RESUME = `
Changes the stack's state only. The next \`up\` pushes again; its preview shows what.`;

const options = () => import("./options.ts");
const document = {
  name: "rollback",
  schema: async () => (await import("./document.ts")).rollbackDocumentSchema,
};

const going = (name: RollbackCommand, rest: Pick<Command, "description" | "options" | "help">): Command =>
  stackCommand({ ...rest, name, document }, async () => (await import("./run.ts")).going(name));

const rollback = going("rollback", {
  description: "Put destinations back to what an earlier run had left",
  options: async () => (await options()).rollbackOptions,
  help: HELP_ROLLBACK,
});
const resume = going("resume", {
  description: "Let syncs that were rolled back be pushed again",
  options: async () => (await options()).resumeOptions,
  help: HELP_RESUME,
});

export const commands = [rollback, resume];
