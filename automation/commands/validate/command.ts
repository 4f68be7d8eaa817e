import { actionCommand } from "../command.ts";

const HELP = `
Checks a syncs.yaml as a whole: its form, the syncs that forEach makes, names, two syncs that write one place, a source
that is its own destination, loops, and with --allow-host the hosts. Files of policies are checked for their form; where no
syncs.yaml is, they alone. It needs no network, no stack and no secrets.
Exit codes: 0 the files are right, 2 they are not.`;

const validate = actionCommand(
  {
    name: "validate",
    description: "Check a syncs.yaml and show the syncs that it declares",
    place: "a syncs.yaml, or a folder with one (default: this folder)",
    options: async () => (await import("./options.ts")).validateOptions,
    document: { name: "validate", schema: async () => (await import("./document.ts")).validationSchema },
    help: HELP,
  },
  async () => (await import("./run.ts")).validate,
);

export const commands = [validate];
