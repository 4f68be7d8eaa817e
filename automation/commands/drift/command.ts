import { stackCommand } from "../command.ts";

const HELP = `
Looks at both sides of every sync that the stack's state has, without a deployment, and tells by key what is not as the
last run left it: changed at the source, at the destination, or on both.
--repair deploys the stack, or with --sync those syncs and what they need, as it is declared here, whatever else that
changes; preview shows it.

Exit codes: 0 no drift, or repaired; 7 a destination, or a sync at its instance, is not as the last deployment left it; 10 only
sources have changed, so that a deployment is due; 4 a sync could not be looked at. With --detailed-exitcode: 0, 2 and 1.`;

const drift = stackCommand(
  {
    name: "drift",
    description: "Tell what has changed on either side since the last run, key by key",
    options: async () => (await import("./options.ts")).driftOptions,
    document: { name: "drift", schema: async () => (await import("./document.ts")).driftDocumentSchema },
    help: HELP,
  },
  async () => (await import("./run.ts")).drift,
);

export const commands = [drift];
