/** Writes the tables that the constructs are made from: `npm run docs`. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Shape, Table } from "../../provider/cdktf/table.ts";
import { toCamelCase } from "../../provider/terraform/names.ts";
import { type Attribute, type Attributes, isNested } from "../../provider/terraform/schema.ts";
import { CONFIG, DATA_SOURCES, RESOURCES } from "../../provider/terraform/server.ts";
import type { Type } from "../../provider/terraform/value.ts";

const HEAD = `// biome-ignore-all format: an attribute is a line
/**
 * The attributes of everything in the provider. \`npm run docs\` writes them from the schema that it announces, since a
 * program with constructs loads neither that nor zod.
 */
`;

function tableOf(attributes: Attributes): Table {
  const named = Object.entries(attributes).map(([name, one]) => ({ ...one, name: toCamelCase(name) }));
  const shapes = (...uses: Attribute["use"][]) => {
    const used = named.filter(({ use }) => uses.includes(use));
    return used.length > 0 && Object.fromEntries(used.map(({ name, type }) => [name, shapeOf(type)]));
  };
  const [required, computed] = [shapes("required"), shapes("computed")];
  const optional = shapes("optional", "defaulted");
  const writeOnly = named.filter(({ isWriteOnly }) => isWriteOnly).map(({ name }) => name);
  return {
    ...(required && { required }),
    ...(optional && { optional }),
    ...(writeOnly.length > 0 && { writeOnly }),
    ...(computed && { computed }),
  };
}

function shapeOf(type: Attribute["type"]): Shape {
  if (!isNested(type)) return plainShapeOf(type);
  return type.nesting === "list" ? { list: tableOf(type.attributes) } : { single: tableOf(type.attributes) };
}

function plainShapeOf(type: Type): Shape {
  if (type === "bool") return "boolean";
  if (type === "string" || type === "number") return type;
  return type[0] === "map" ? "stringMap" : "strings";
}

function written(name: string, table: Table): string {
  const parts = Object.entries(table).map(([use, shapes]) => {
    if (Array.isArray(shapes)) return `  ${use}: ${JSON.stringify(shapes)},\n`;
    const lines = Object.entries(shapes).map(([each, shape]) => `    ${each}: ${JSON.stringify(shape)},\n`);
    return `  ${use}: {\n${lines.join("")}  },\n`;
  });
  return `\nexport const ${name} = {\n${parts.join("")}} as const;\n`;
}

const all = {
  provider: CONFIG,
  ...Object.fromEntries(
    Object.entries({ ...RESOURCES, ...DATA_SOURCES }).map(([type, { attributes }]) => [
      toCamelCase(type.replace("externalinfisical_", "")),
      attributes,
    ]),
  ),
};
const tables = Object.entries(all).map(([name, attributes]) => written(name, tableOf(attributes)));
await writeFile(join(import.meta.dirname, "../../provider/cdktf/tables.ts"), HEAD + tables.join(""));
