/** Flags of the command line, with their help, as the fields of a command's options have them. */
import { Option } from "commander";
import { z } from "zod";
import { flagOf, optionTexts } from "./options.ts";

export const flagsOf = (options: z.ZodObject): Option[] =>
  Object.entries(options.shape).map(([field, schema]) => optionOf(field, schema));

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
