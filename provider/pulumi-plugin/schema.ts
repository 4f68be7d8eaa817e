/** The package as Pulumi knows it: made from our zod schemas, which have the names, the types and the texts. */
import type { z } from "zod";
import { type ArgumentSchema, argumentSchemaOf } from "../argument-schema.ts";
import { planArgs, planResults, projectsArgs, projectsResults } from "../attributes.ts";
import { connectionArgs, providerConfig, secretSyncArgs } from "../schema.ts";
import { connectionOutputs, secretSyncOutputs } from "./outputs.ts";

export const PACKAGE = "externalinfisical";
export const TOKENS = {
  connection: `${PACKAGE}:index:Connection`,
  secretSync: `${PACKAGE}:index:SecretSync`,
  getProjects: `${PACKAGE}:index:getProjects`,
  planSync: `${PACKAGE}:index:planSync`,
} as const;

interface Type {
  type?: string;
  items?: Type;
  additionalProperties?: Type;
  oneOf?: Type[];
  $ref?: string;
}
interface Property extends Type {
  description?: string;
  secret?: boolean;
  replaceOnChanges?: boolean;
}
interface ObjectType {
  type: "object";
  properties: Record<string, Property>;
  required: string[];
}
type NamedType = ObjectType | { type: "string"; enum: { name: string; value: string }[] };

export interface PackageSchema {
  types: Record<string, NamedType>;
  provider: Pick<ResourceType, "description" | "inputProperties" | "requiredInputs">;
  resources: Record<string, ResourceType>;
  functions: Record<string, { description: string; inputs: ObjectType; outputs: ObjectType }>;
}
interface ResourceType {
  description: string;
  inputProperties: Record<string, Property>;
  requiredInputs: string[];
  properties: Record<string, Property>;
  required: string[];
}

const CONNECTION: Property = {
  $ref: `#/resources/${TOKENS.connection}`,
  description:
    "Where to log in at the destination: a `Connection` of the same provider. This or `connectionId` is needed.",
};
const CONNECTION_ID: Property = {
  type: "string",
  description:
    "Id of an Infisical Connection that the source instance has already, instead of `connection`; in `native` execution only. For a preview by key its client secret must be in the provider's configuration.",
};
const VIEWER: Property = {
  ...CONNECTION,
  description: "Whose identity to look with; without it, the source's, of the provider.",
};

/** @param version of this package, with which SDKs are made */
export function packageSchema(version: string): PackageSchema & Record<string, unknown> {
  const types: PackageSchema["types"] = {};
  const read = (schema: z.ZodObject, owner = "") => objectOf(argumentSchemaOf(schema), types, owner);
  // Its logins have the names that connections' have, and take more.
  const config = read(providerConfig, "Provider");
  const resource = (
    description: string,
    args: ObjectType,
    results: ObjectType,
    more: ObjectType["properties"],
  ) => ({
    description,
    inputProperties: { ...args.properties, ...more },
    requiredInputs: args.required,
    properties: { ...args.properties, ...more, ...results.properties },
    required: args.required,
  });
  const takesFunction = (
    description: string,
    args: ObjectType,
    outputs: ObjectType,
    connection: Property,
    isRequired: boolean,
  ) => ({
    description,
    inputs: {
      ...args,
      properties: { ...args.properties, connection },
      required: [...args.required, ...(isRequired ? ["connection"] : [])],
    },
    outputs,
  });
  return {
    name: PACKAGE,
    displayName: "External Infisical",
    version,
    description: "Pushes secrets from one Infisical instance to others, and shows each key before it does.",
    keywords: ["infisical", "secrets", "category/utility", "kind/native"],
    license: "Apache-2.0",
    publisher: "external-infisical",
    language: {
      nodejs: { respectSchemaVersion: true },
      python: { respectSchemaVersion: true, pyproject: { enabled: true } },
      go: { respectSchemaVersion: true, generateResourceContainerTypes: true },
      csharp: { respectSchemaVersion: true },
    },
    config: { variables: config.properties, defaults: [] },
    // The environment may give every setting.
    provider: {
      description: "The source instance, and how to log in there.",
      inputProperties: config.properties,
      requiredInputs: [],
    },
    resources: {
      [TOKENS.connection]: resource(
        "How to log in to another Infisical instance, for the syncs that push secrets there. Creating or changing a connection proves the credentials by a real login.",
        read(connectionArgs),
        read(connectionOutputs),
        {},
      ),
      [TOKENS.secretSync]: resource(
        "Keeps the secrets of one folder of the source instance at one folder of another instance. The preview shows, key by key, what will happen at the destination.",
        read(secretSyncArgs),
        read(secretSyncOutputs),
        { connection: CONNECTION, connectionId: CONNECTION_ID },
      ),
    },
    functions: {
      [TOKENS.getProjects]: takesFunction(
        "Projects, environments and folders that an identity can see.",
        read(projectsArgs),
        read(projectsResults),
        VIEWER,
        false,
      ),
      [TOKENS.planSync]: takesFunction(
        "What a sync between two places would do now, key by key, without doing it.",
        read(planArgs),
        read(planResults),
        CONNECTION,
        true,
      ),
    },
    types,
  };
}

const settingsThat = (is: (setting: ArgumentSchema) => boolean): string[] =>
  Object.entries(argumentSchemaOf(providerConfig).properties ?? {}).flatMap(([name, setting]) =>
    is(setting) ? [name] : [],
  );

/** Settings of the provider that are secret, or have in them what is. */
export const secretSettings = () => settingsThat(isSecret);

/** Settings of the provider that are no text: SDKs send them as JSON. */
export const structuredSettings = () => settingsThat(({ type }) => type !== "string");

const isSecret = ({ sensitive, properties = {} }: ArgumentSchema): boolean =>
  sensitive === true || Object.values(properties).some(isSecret);

/** @param owner begins the names of its types, where others have the like */
function objectOf(schema: ArgumentSchema, types: PackageSchema["types"], owner: string): ObjectType {
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]): [string, Property] => [
    name,
    {
      ...typeOf(name, property, types, owner),
      description: textOf(property),
      ...(isSecret(property) && { secret: true }),
    },
  ]);
  return { type: "object", properties: Object.fromEntries(properties), required: schema.required ?? [] };
}

/** Objects and enumerations become types of the package, named after the property that has them. */
function typeOf(name: string, schema: ArgumentSchema, types: PackageSchema["types"], owner: string): Type {
  if (schema.properties) return named(owner + capitalized(name), objectOf(schema, types, owner), types);
  if (schema.enum)
    return named(
      owner + capitalized(name),
      { type: "string", enum: schema.enum.map((value) => ({ name: capitalized(value), value })) },
      types,
    );
  if (schema.anyOf) return { oneOf: schema.anyOf.map((one) => typeOf(name, one, types, owner)) };
  switch (schema.type) {
    case "boolean":
    case "number":
    case "integer":
    case "string":
      return { type: schema.type };
    case "array":
      return { type: "array", items: typeOf(name.replace(/s$/, ""), schema.items ?? {}, types, owner) };
    case "object": {
      const { additionalProperties } = schema;
      const inner = typeof additionalProperties === "object" ? additionalProperties : {};
      return { type: "object", additionalProperties: typeOf(name, inner, types, owner) };
    }
    default:
      return { $ref: "pulumi.json#/Any" };
  }
}

function named(name: string, type: NamedType, types: PackageSchema["types"]): Type {
  const token = `${PACKAGE}:index:${name}`;
  const known = types[token];
  // Texts may differ between the places that have it.
  if (known && shapeOf(known) !== shapeOf(type)) throw new Error(`Two types have the name ${token}.`);
  types[token] = known ?? type;
  return { $ref: `#/types/${token}` };
}

/** Of this, every SDK makes the spelling of its language: `overwrite-destination` → `OverwriteDestination`. */
const capitalized = (name: string) =>
  name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

const shapeOf = (type: NamedType) =>
  JSON.stringify(type, (name, value) => (name === "description" ? undefined : value));

/**
 * A default is told, and not declared: SDKs would write every one into each program's inputs, and some arguments are
 * refused in one execution where they are given at all.
 */
function textOf({ description, default: standard, environment }: ArgumentSchema): string {
  const isPlain = standard !== undefined && typeof standard !== "object";
  return [
    description,
    isPlain && `Default: \`${String(standard)}\`.`,
    environment && `Can be given by the environment variable \`${environment}\`.`,
  ]
    .filter(Boolean)
    .join(" ");
}
