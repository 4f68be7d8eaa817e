/** The constructs have the attributes of the provider's own schema: each of them, and no others. */
import { describe, expect, test } from "vitest";
import { argumentsIn, type Shape, type Table, toSnakeCase } from "../../provider/cdktf/table.ts";
import * as tables from "../../provider/cdktf/tables.ts";
import { createShared } from "../../provider/resources/process.ts";
import { toCamelCase } from "../../provider/terraform/names.ts";
import type { Message } from "../../provider/terraform/protocol.ts";
import { createServer } from "../../provider/terraform/server.ts";
import { LIBRARIES } from "./library.ts";

const server = createServer({}, () => {}, createShared());
const {
  provider,
  resource_schemas: resources,
  data_source_schemas: sources,
} = await server.GetProviderSchema({});

const KINDS = {
  provider: { table: tables.provider, schema: provider },
  externalinfisical_connection: {
    table: tables.connection,
    schema: resources?.["externalinfisical_connection"],
  },
  externalinfisical_secret_sync: {
    table: tables.secretSync,
    schema: resources?.["externalinfisical_secret_sync"],
  },
  externalinfisical_projects: { table: tables.projects, schema: sources?.["externalinfisical_projects"] },
  externalinfisical_plan: { table: tables.plan, schema: sources?.["externalinfisical_plan"] },
};

test("there is a construct for everything in the provider", () => {
  expect(Object.keys({ provider, ...resources, ...sources }).sort()).toEqual(Object.keys(KINDS).sort());
});

describe.each(Object.entries(KINDS))("%s", (_name, { table, schema }) => {
  test("has the schema's attributes, with their types and uses (npm run docs)", () => {
    expect(linesOf(table)).toEqual(linesOfSchema(schema?.block?.attributes ?? []));
  });
});

describe.each(Object.entries(LIBRARIES))("%s", (_name, library) => {
  test.each([
    ["externalinfisical_connection", library.ExternalInfisicalConnection],
    ["externalinfisical_secret_sync", library.ExternalInfisicalSecretSync],
    ["externalinfisical_projects", library.DataExternalInfisicalProjects],
    ["externalinfisical_plan", library.DataExternalInfisicalPlan],
  ] as const)("the class of %s has what the schema says", (type, Class) => {
    expect(Class.tfResourceType).toBe(type);
    const names = (KINDS[type].schema?.block?.attributes ?? []).map(({ name }) => toCamelCase(name ?? ""));
    const stack = new library.TerraformStack(library.Testing.app(), "stack");
    const given = Object.keys(argumentsIn(KINDS[type].table));
    const texts = Object.fromEntries(given.map((name) => [name, name]));
    const made: object = new (Class as new (...given: unknown[]) => object)(stack, "one", texts);
    for (const name of names) expect(Reflect.get(made, name), name).toBeDefined();
  });
});

/** A table as the lines `name.inner: type, use`. */
function linesOf({ required, optional, computed, writeOnly = [] }: Table): string[] {
  const lines = (shapes: Table["required"], use: string) =>
    Object.entries(shapes ?? {}).flatMap(([name, shape]) => {
      const type = typeof shape === "string" ? shape : "single" in shape ? "single" : "list";
      const line = `${toSnakeCase(name)}: ${type}, ${use}${writeOnly.includes(name) ? ", write-only" : ""}`;
      return [line, ...innerLines(name, shape)];
    });
  return [
    ...lines(required, "required"),
    ...lines(optional, "optional"),
    ...lines(computed, "computed"),
  ].sort();
}

function innerLines(name: string, shape: Shape): string[] {
  if (typeof shape === "string") return [];
  return linesOf("single" in shape ? shape.single : shape.list).map((line) => `${toSnakeCase(name)}.${line}`);
}

const TYPES: Record<string, string> = {
  '"string"': "string",
  '"number"': "number",
  '"bool"': "boolean",
  '["list","string"]': "strings",
  '["map","string"]': "stringMap",
};

/** The same of attributes as Terraform is told them. What has a default is optional and computed there. */
function linesOfSchema(attributes: readonly Message<"Attribute">[]): string[] {
  return attributes
    .flatMap((attribute) => {
      const { name = "", type, nested_type: nested, required, optional, write_only: isWriteOnly } = attribute;
      const text = nested ? { 1: "single", 2: "list" }[nested.nesting ?? 0] : TYPES[String(type)];
      const use = required ? "required" : optional ? "optional" : "computed";
      const line = `${name}: ${text}, ${use}${isWriteOnly ? ", write-only" : ""}`;
      const inner = linesOfSchema(nested?.attributes ?? []);
      return [line, ...inner.map((one) => `${name}.${one}`)];
    })
    .sort();
}
