/** The command line of `drift`. */
import type { Command } from "commander";
import { syncOption } from "../repeatable.ts";
import { addReport } from "../targets.ts";

const HELP = `
Looks at both sides of every sync that the stack's state has, without a deployment, and tells by key what is not as the
last run left it: changed at the source, at the destination, or on both.
--repair deploys the whole stack as it is declared here, whatever else that changes; preview shows it.

Exit codes: 0 no drift, or repaired; 7 drift; 4 a sync could not be looked at. With --detailed-exitcode: 0, 2 and 1.`;

/** @param describe makes a command that opens a stack and asks before it acts */
export function addDriftCommand(
  describe: (name: string, description: string) => Command,
  run: (place: string | undefined, raw: unknown) => Promise<void>,
): void {
  describe("drift", "Tell what has changed on either side since the last run, key by key")
    .addOption(syncOption("all"))
    .option("--repair", "deploy the stack if there is drift, so that it goes away")
    .option(
      "--watch-interval <duration>",
      "look again and again, for example every 10m, until stopped; unchanged lists are not sent again",
    )
    .option(
      "--report <format=file>",
      "write what a repair would do: markdown, json or html; a file of - is stdout; repeatable",
      addReport,
    )
    .option("--detailed-exitcode", "exit with 2 if there is drift, as Terraform does")
    .addHelpText("after", HELP)
    .action((place: string | undefined, raw: unknown) => run(place, raw));
}
