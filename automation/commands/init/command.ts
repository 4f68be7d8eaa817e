import { actionCommand, DECLARED_PLACE } from "../command.ts";

const HELP = `
Asks for both instances, shows the projects, environments and folders that the two identities see, reviews key by key
what the first run would do, and writes the declaration. Neither instance is changed, and no file is overwritten.
Each answer can be given by its flag; client secrets come from a hidden prompt, or from the environment:
INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET for the source and EXTERNAL_INFISICAL_<CONNECTION NAME>_CLIENT_SECRET for the
destination. No secret is ever written into a file.`;

const init = actionCommand(
  {
    name: "init",
    description: "Ask for two instances and declare a sync between them, after a review of its first run",
    place: DECLARED_PLACE,
    options: async () => (await import("./options.ts")).initOptions,
    document: { name: "init", schema: async () => (await import("../declare/document.ts")).declaredSchema },
    help: HELP,
  },
  async () => (await import("./run.ts")).init,
);

export const commands = [init];
