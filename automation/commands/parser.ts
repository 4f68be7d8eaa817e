/** Makes the parser and the help of a command from its options. */
import { Option, Command as Parser } from "commander";
import { z } from "zod";
import type { Command } from "./command.ts";
import { flagOf, optionTexts } from "./options.ts";

/** @param run is called with the argument and the flags as they were written */
export function parserOf(
  { name, description, place, options, help }: Command,
  run: (place: string | undefined, raw: unknown) => Promise<void>,
): Parser {
  const parser = new Parser(name).description(description);
  if (place !== undefined) parser.argument("[place]", place);
  for (const [field, schema] of Object.entries(options.shape)) parser.addOption(optionOf(field, schema));
  if (help !== undefined) parser.addHelpText("after", help);
  return parser.action(
    place === undefined
      ? (raw: unknown) => run(undefined, raw)
      : (given: string, raw: unknown) => run(given, raw),
  );
}

function optionOf(field: string, schema: z.core.$ZodType): Option {
  const { short, value, text = "" } = optionTexts.get(schema) ?? {};
  const flag = short === undefined ? flagOf(field) : `-${short}, ${flagOf(field)}`;
  const option = new Option(value === undefined ? flag : `${flag} <${value}>`, text);
  const inner = innerOf(schema);
  // The help tells the choices; an option that is wrong is refused where its command tells failures.
  if (inner instanceof z.ZodEnum) option.choices(inner.options.map(String)).argParser(String);
  if (inner instanceof z.ZodArray) option.argParser((given, before: string[] = []) => [...before, given]);
  if (schema instanceof z.ZodDefault && isWritten(inner)) option.default(String(schema.def.defaultValue));
  return option;
}

/** A default is told by the parser where it is what people would write; other texts tell it in words. */
const isWritten = (schema: z.core.$ZodType): boolean =>
  schema instanceof z.ZodEnum || schema instanceof z.ZodString || schema instanceof z.ZodNumber;

const innerOf = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? innerOf(schema.unwrap()) : schema;
