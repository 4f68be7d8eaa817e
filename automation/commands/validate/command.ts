/** The command line of `validate`. What it does is loaded when it runs. */
import { type Command, Option } from "commander";
import { collect } from "../repeatable.ts";

const HELP = `
Checks a syncs.yaml as a whole: its form, the syncs that forEach makes, names, two syncs that write one place, a source
that is its own destination, loops, and with --allow-host the hosts. Files of policies are checked for their form; where no
syncs.yaml is, they alone. It needs no network, no stack and no secrets.
Exit codes: 0 the files are right, 2 they are not.`;

export function addValidateCommand(
  program: Command,
  run: (place: string | undefined, raw: unknown) => Promise<void>,
): void {
  program
    .command("validate")
    .description("Check a syncs.yaml and show the syncs that it declares")
    .argument("[place]", "a syncs.yaml, or a folder with one (default: this folder)")
    .option("-C, --cwd <folder>", "work as if started there")
    .option("-f, --file <file>", "a syncs.yaml")
    .option(
      "--policies <file>",
      "check this file of policies too (or EXTERNAL_INFISICAL_POLICIES, comma-separated); repeatable",
      collect,
    )
    .option("--allow-host <host>", "refuse all other hosts; repeatable", collect)
    .option("--json", "print one JSON document and nothing else")
    .addOption(new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default("auto"))
    .addHelpText("after", HELP)
    .action(run);
}
