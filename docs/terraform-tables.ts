/** Tables of the Terraform provider's attributes, from the schema that it announces. */
import { CONNECTION } from "../provider/terraform/resources/connection-attribute.ts";
import { type Attribute, type Attributes, isNested } from "../provider/terraform/schema.ts";
import { CONFIG, DATA_SOURCES, RESOURCES } from "../provider/terraform/server.ts";
import type { Type } from "../provider/terraform/value.ts";

/** Name of the provider, resource or data source → its table. */
export function terraformTables(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries({ ...RESOURCES, ...DATA_SOURCES, externalinfisical: { attributes: CONFIG } }).map(
      ([name, { attributes }]) => [name, table(attributes)],
    ),
  );
}

function table(attributes: Attributes): string {
  return ["| Attribute | Type | | |", "| --- | --- | --- | --- |", ...rowsOf(attributes)].join("\n");
}

function rowsOf(attributes: Attributes, prefix = ""): string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const { type, description } = attribute;
    const row = `| \`${prefix}${name}\` | ${kindOf(type)} | ${useOf(attribute)} | ${description.replaceAll("|", "\\|")} |`;
    // A connection is assigned whole: its attributes have a table of their own.
    const inner = isNested(type) && name !== CONNECTION ? rowsOf(type.attributes, `${prefix}${name}.`) : [];
    return [row, ...inner];
  });
}

function kindOf(type: Attribute["type"]): string {
  if (isNested(type)) return type.nesting === "list" ? "list of objects" : "object";
  return plain(type);
}

const plain = (type: Type): string =>
  typeof type === "string" ? type : `${type[0]} of ${typeof type[1] === "string" ? type[1] : "objects"}`;

const USES = { required: "required", optional: "", defaulted: "", computed: "result" } as const;

const useOf = ({ use, isSensitive, isWriteOnly }: Attribute) =>
  [USES[use], isWriteOnly ? "write-only" : isSensitive && "sensitive"].filter(Boolean).join(", ");
