import { actionCommand, DECLARED_PLACE } from "../command.ts";

const HELP = `
Declares the Infisical Syncs of a project, and the connections of the organization and of that project, as the source
instance has them. The first up (for Terraform: import blocks) imports them instead of creating others. Log in with
INFISICAL_HOST, INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET, or INFISICAL_TOKEN; without
a stored secret by INFISICAL_AUTH_METHOD.
Instances do not tell client secrets: what is written refers to variables, which are named at the end. Nothing is
changed at the instance, and a file that is there is not overwritten.`;

const adopt = actionCommand(
  {
    name: "adopt",
    description: "Declare the connections and syncs that an instance has already, to be imported",
    place: DECLARED_PLACE,
    options: async () => (await import("./options.ts")).adoptOptions,
    document: { name: "init", schema: async () => (await import("../declare/document.ts")).declaredSchema },
    help: HELP,
  },
  async () => (await import("./run.ts")).adopt,
);

export const commands = [adopt];
