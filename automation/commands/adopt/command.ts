import type { Command } from "../command.ts";
import { DECLARED_PLACE } from "../declare/options.ts";
import { runCommand } from "../runner.ts";
import { adoptOptions } from "./options.ts";

const HELP = `
Declares the Infisical Syncs of a project, and the connections of the organization and of that project, as the source
instance has them. The first up (for Terraform: import blocks) imports them instead of creating others. Log in with
INFISICAL_HOST, INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET, or INFISICAL_TOKEN; without
a stored secret by INFISICAL_AUTH_METHOD.
Instances do not tell client secrets: what is written refers to variables, which are named at the end. Nothing is
changed at the instance, and a file that is there is not overwritten.`;

const adopt: Command = {
  name: "adopt",
  description: "Declare the connections and syncs that an instance has already, to be imported",
  place: DECLARED_PLACE,
  options: adoptOptions,
  document: { name: "init", schema: async () => (await import("../declare/document.ts")).declaredSchema },
  help: HELP,
  run: async (place, raw) => runCommand((await import("./run.ts")).adopt, place, raw),
};

export const commands = [adopt];
