/** Writes the tables of docs/options.md and docs/terraform.md from the schemas: `npm run docs`. */
import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { fleetSettings } from "../automation/syncs/fleet-settings.ts";
import { connectionArgs, providerConfig, secretSyncArgs, syncOptions } from "../provider/schema.ts";
import { standardOf, textOf } from "../scripts/tsdoc/text.ts";
import { terraformTables } from "./terraform-tables.ts";

type Schema = {
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Schema[];
};

const ARGUMENTS = {
  connection: table("Argument", connectionArgs),
  sync: table("Argument", secretSyncArgs),
  syncOptions: table("Option", syncOptions),
  provider: table("Setting", providerConfig),
  fleet: table("Setting", fleetSettings),
};

/** The pages that have tables, below the repository. */
export const PAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "docs/options.md": ARGUMENTS,
  "docs/terraform.md": terraformTables(),
};

/** A page with each table between its markers made anew. */
export function withTables(page: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce((text, [name, table]) => {
    const begin = `<!-- options:${name} -->`;
    const end = `<!-- /options:${name} -->`;
    const [before, rest] = text.split(begin);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error(`A page lacks ${begin} … ${end}`);
    return `${before}${begin}\n${table}\n${end}${after}`;
  }, page);
}

function table(heading: string, schema: z.ZodObject): string {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
  }) as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  const rows = Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, argument]) => {
    const standard = standardOf(argument);
    const fallback = standard === undefined ? "" : `\`${standard}\``;
    return `| \`${name}\` | ${kind(properties[name] ?? {})} | ${required.includes(name) ? "required" : fallback} | ${textOf(argument).replaceAll("|", "\\|")} |`;
  });
  return [`| ${heading} | Type | Default | |`, "| --- | --- | --- | --- |", ...rows].join("\n");
}

function kind({ type, enum: values, anyOf }: Schema): string {
  if (values) return values.map((value) => `\`${value}\``).join(", ");
  if (anyOf) return anyOf.map(kind).join(" or ");
  return String(type ?? "any");
}

if (process.argv[1] === import.meta.filename)
  for (const [page, tables] of Object.entries(PAGES)) {
    const file = new URL(`../${page}`, import.meta.url);
    await writeFile(file, withTables(await readFile(file, "utf8"), tables));
  }
