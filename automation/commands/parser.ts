/** Makes the parser and the help of a command. */
import { Command as Parser } from "commander";
import type { Command } from "./command.ts";

/** Adds a command to another, such as the one that has all. @param run is called with the argument and the flags as they were written */
export function addCommand(
  parent: Parser,
  { name, description, place, options, help }: Command,
  run: (place: string | undefined, raw: unknown) => Promise<void>,
): void {
  const parser = parserNamed(name).description(description);
  if (place !== undefined) parser.argument("[place]", place);
  if (help !== undefined) parser.addHelpText("after", help);
  parser.action(
    place === undefined
      ? (raw: unknown) => run(undefined, raw)
      : (given: string, raw: unknown) => run(given, raw),
  );
  parent.addCommand(parser);
  // The list of commands needs none of their flags.
  parent.hook("preSubcommand", async (_, named) => {
    if (named !== parser) return;
    const { flagsOf } = await import("./flags.ts");
    for (const flag of flagsOf(await options())) parser.addOption(flag);
  });
}

/** A command that has others, which are added by what is given. Its list tells how they are used, also where their flags are not known yet. */
export function parserOfCommands(name: string, add: (parent: Parser) => void): Parser {
  const parser = parserNamed(name).helpCommand(false);
  add(parser);
  const own = parser.command("help").argument("[command]").description("display help for command");
  // Commander's own tells of no flags but those that are known already.
  own.helpOption(false).action(async (named?: string) => {
    if (named === undefined) return parser.help();
    if (!parser.commands.some((each) => each.name() === named)) return parser.help({ error: true });
    await parser.parseAsync([named, "--help"], { from: "user" });
  });
  return parser;
}

const parserNamed = (name: string): Parser =>
  new Parser(name).exitOverride().configureHelp({
    subcommandTerm: (command) =>
      command.commands.length > 0 ? command.name() : `${command.name()} ${command.usage()}`,
  });
