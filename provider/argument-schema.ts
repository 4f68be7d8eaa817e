/** Our zod schemas as JSON Schema with the facts of each argument: what the schemas of other tools are made from. */
import { z } from "zod";
import { type ArgumentFacts, argumentFacts } from "./schema.ts";

export interface ArgumentSchema extends ArgumentFacts {
  type?: string;
  properties?: Record<string, ArgumentSchema>;
  required?: string[];
  additionalProperties?: ArgumentSchema | boolean;
  items?: ArgumentSchema;
  anyOf?: ArgumentSchema[];
  enum?: string[];
  default?: unknown;
  description?: string;
  sensitive?: boolean;
  writeOnly?: boolean;
  environment?: string;
}

/** What a user may write. */
export const argumentSchemaOf = (schema: z.ZodObject): ArgumentSchema =>
  z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => Object.assign(jsonSchema, argumentFacts.get(zodSchema)),
  }) as ArgumentSchema;
