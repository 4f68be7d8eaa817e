/** The command line of `init`. What it does is loaded when it runs. */
import { type Command, Option } from "commander";
import { formatOption } from "../declare/option.ts";
import { collect } from "../repeatable.ts";
import { flagOf, STEPS } from "./questions.ts";

const HELP = `
Asks for both instances, shows the projects, environments and folders that the two identities see, reviews key by key
what the first run would do, and writes the declaration. Neither instance is changed, and no file is overwritten.
Each answer can be given by its flag; client secrets come from a hidden prompt, or from the environment:
INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET for the source and EXTERNAL_INFISICAL_<CONNECTION NAME>_CLIENT_SECRET for the
destination. No secret is ever written into a file.`;

export function addInitCommand(
  program: Command,
  run: (place: string | undefined, raw: unknown) => Promise<void>,
): void {
  const command = program
    .command("init")
    .description("Ask for two instances and declare a sync between them, after a review of its first run")
    .argument(
      "[place]",
      "the file to write, a folder for other formats (default: syncs.yaml, or this folder)",
    )
    .addOption(formatOption());
  for (const { title, questions } of STEPS) {
    for (const { name, text, choices = [], isHidden } of questions) {
      if (isHidden) continue;
      const option = new Option(`${flagOf(name)} <value>`, `${title}: ${text}`);
      command.addOption("list" in choices ? option : withChoices(option, choices));
    }
  }
  command
    .option("--project <name>", "name of the Pulumi project", "secret-syncs")
    .option(
      "--non-interactive",
      "do not ask: take flags, the environment and defaults (as where no terminal is)",
    )
    .option("--allow-insecure-http", "allow http:// to hosts other than this machine")
    .option("--allow-host <host>", "talk to no other hosts; repeatable", collect)
    .option("--diff", "show all keys, however many")
    .option("--json", "print one JSON document and nothing else")
    .addOption(new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default("auto"))
    .addHelpText("after", HELP)
    .action(run);
}

const withChoices = (option: Option, choices: readonly { value: string }[]): Option =>
  choices.length > 0 ? option.choices(choices.map(({ value }) => value)) : option;
