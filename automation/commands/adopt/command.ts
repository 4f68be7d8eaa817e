/** The command line of `adopt`. What it does is loaded when it runs. */
import { type Command, Option } from "commander";
import { formatOption } from "../declare/option.ts";
import { collect } from "../repeatable.ts";

const HELP = `
Declares the Infisical Syncs of a project, and the connections of the organization and of that project, as the source
instance has them. The first up (for Terraform: import blocks) imports them instead of creating others. Log in with
INFISICAL_HOST, INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET, or INFISICAL_TOKEN.
Instances do not tell client secrets: what is written refers to variables, which are named at the end. Nothing is
changed at the instance, and a file that is there is not overwritten.`;

export function addAdoptCommand(
  program: Command,
  run: (place: string | undefined, raw: unknown) => Promise<void>,
): void {
  program
    .command("adopt")
    .description("Declare the connections and syncs that an instance has already, to be imported")
    .argument(
      "[place]",
      "the file to write, a folder for other formats (default: syncs.yaml, or this folder)",
    )
    .addOption(formatOption())
    .requiredOption("--project-id <id>", "syncs of this source project")
    .option("--name <project>", "name of the Pulumi project in the file", "adopted")
    .option("--allow-host <host>", "talk to no other hosts; repeatable", collect)
    .option("--json", "print one JSON document and nothing else")
    .addOption(new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default("auto"))
    .addHelpText("after", HELP)
    .action(run);
}
