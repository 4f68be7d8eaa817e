/** Our zod schemas as Terraform schemas: attributes, their types and texts all come from there. */
import type { z } from "zod";
import { type ArgumentSchema, argumentSchemaOf } from "../argument-schema.ts";
import { toSnakeCase, withSnakeNames } from "./names.ts";
import type { Message } from "./protocol.ts";
import type { ObjectValue, Type, Value } from "./value.ts";

/** One attribute of a resource, data source or provider block. */
export interface Attribute {
  type: Type | { nesting: "single" | "list"; attributes: Attributes };
  /** `defaulted`: the user may leave it out, and it then is `standard`, in the state or not. */
  use: "required" | "optional" | "defaulted" | "computed";
  description: string;
  standard?: Value;
  isSensitive?: boolean;
  isWriteOnly?: boolean;
  /** A number, or a text such as `10%`: Terraform has no such type and hands it over as text. */
  isNumberOrText?: boolean;
}
export type Attributes = Readonly<Record<string, Attribute>>;

/** Attributes for what a user of the schema may write. */
export function argumentsOf(schema: z.ZodObject): Attributes {
  return attributesIn(argumentSchemaOf(schema));
}

/** The same attributes as results: nothing of them can be configured. */
export function resultsOf(schema: z.ZodObject): Attributes {
  return asComputed(argumentsOf(schema));
}

function asComputed(attributes: Attributes): Attributes {
  return mapAttributes(attributes, ({ standard: _none, ...attribute }) => ({
    ...attribute,
    use: "computed",
    type: isNested(attribute.type)
      ? { ...attribute.type, attributes: asComputed(attribute.type.attributes) }
      : attribute.type,
  }));
}

export function mapAttributes(
  attributes: Attributes,
  change: (one: Attribute, name: string) => Attribute,
): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, one]) => [name, change(one, name)]));
}

function attributesIn(schema: ArgumentSchema): Attributes {
  const required = new Set(schema.required);
  return Object.fromEntries(
    Object.entries(schema.properties ?? {})
      .filter(([, property]) => property.terraform !== false)
      .map(([name, property]) => [toSnakeCase(name), attributeOf(property, required.has(name))]),
  );
}

function attributeOf(schema: ArgumentSchema, isRequired: boolean): Attribute {
  // A default is only planned for what concerns every execution: it would fill the plans of the others.
  const isPlanned = typeof schema.default !== "object" && schema.execution === undefined;
  const standard = isPlanned ? (schema.default as Value | undefined) : undefined;
  return {
    type: typeOf(schema),
    use: isRequired ? "required" : standard === undefined ? "optional" : "defaulted",
    description: textOf(schema),
    ...(standard !== undefined && { standard }),
    ...(schema.sensitive && { isSensitive: true }),
    ...(schema.writeOnly && { isWriteOnly: true }),
    ...(schema.anyOf && { isNumberOrText: true }),
  };
}

function typeOf(schema: ArgumentSchema): Attribute["type"] {
  if (schema.properties) return { nesting: "single", attributes: attributesIn(schema) };
  if (schema.items?.properties) return { nesting: "list", attributes: attributesIn(schema.items) };
  return plainType(schema);
}

function plainType(schema: ArgumentSchema): Type {
  switch (schema.type) {
    case "boolean":
      return "bool";
    case "number":
    case "integer":
      return "number";
    case "array":
      return ["list", plainType(schema.items ?? {})];
    case "object": {
      const { additionalProperties } = schema;
      return ["map", typeof additionalProperties === "object" ? plainType(additionalProperties) : "string"];
    }
    default:
      // Text, and what may be anything: Terraform turns other values into text by itself.
      return "string";
  }
}

function textOf(schema: ArgumentSchema): string {
  const { description, enum: values, default: standard, environment } = schema;
  const isPlain = standard !== undefined && typeof standard !== "object";
  return [
    description && withSnakeNames(description),
    values && `One of ${values.map((value) => `\`${value}\``).join(", ")}.`,
    isPlain && `Default: \`${String(standard)}\`.`,
    environment && `Can be given by the environment variable \`${environment}\`.`,
  ]
    .filter(Boolean)
    .join(" ");
}

export const isNested = (type: Attribute["type"]): type is Extract<Attribute["type"], { nesting: string }> =>
  typeof type === "object" && "nesting" in type;

/** The type of a whole object with these attributes. */
export function objectType(attributes: Attributes): Type {
  return [
    "object",
    Object.fromEntries(Object.entries(attributes).map(([name, { type }]) => [name, whole(type)])),
  ];
}

function whole(type: Attribute["type"]): Type {
  if (!isNested(type)) return type;
  const object = objectType(type.attributes);
  return type.nesting === "list" ? ["list", object] : object;
}

const MARKDOWN = 1;
const NESTING = { single: 1, list: 2 } as const;

/** A schema as Terraform asks for it. */
export function schemaMessage(attributes: Attributes, description: string): Message<"Schema"> {
  return {
    version: 0,
    block: { version: 0, attributes: attributeMessages(attributes), description, description_kind: MARKDOWN },
  };
}

function attributeMessages(attributes: Attributes): Message<"Attribute">[] {
  return Object.entries(attributes).map(([name, { type, use, description, isSensitive, isWriteOnly }]) => ({
    name,
    ...(isNested(type)
      ? { nested_type: { attributes: attributeMessages(type.attributes), nesting: NESTING[type.nesting] } }
      : { type: Buffer.from(JSON.stringify(type)) }),
    description,
    description_kind: MARKDOWN,
    required: use === "required",
    optional: use === "optional" || use === "defaulted",
    computed: use === "computed" || use === "defaulted",
    sensitive: isSensitive === true,
    write_only: isWriteOnly === true,
  }));
}

/** The object at an attribute, where it is there and known. */
export function objectIn(value: Value | undefined): ObjectValue | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as ObjectValue)
    : undefined;
}
