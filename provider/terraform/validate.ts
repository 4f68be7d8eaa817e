import type { z } from "zod";
import { wordsOf } from "../resources/problems.ts";
import { holdsUnknown, valueAt } from "../resources/properties.ts";
import type { Problem } from "./diagnostics.ts";
import { toSnakeCase } from "./names.ts";
import { toProperties } from "./properties.ts";
import type { Attributes } from "./schema.ts";
import { type ObjectValue, UNKNOWN } from "./value.ts";

/** What is wrong with arguments, as far as they are known; without a network. */
export function validateArguments(
  schema: z.ZodObject,
  attributes: Attributes,
  config: ObjectValue,
): Problem[] {
  const given = toProperties(attributes, config);
  const { error } = schema.safeParse(given);
  return (error?.issues ?? [])
    .filter(({ path }) => !holdsUnknown(valueAt(given, path), UNKNOWN))
    .map((issue) => ({
      severity: "error",
      summary: "Invalid argument",
      // Values are never repeated: one may be a secret.
      detail: `${issue.path.map((name) => toSnakeCase(String(name))).join(".")}: ${wordsOf(issue)}`,
      path: issue.path.filter((name) => typeof name === "string").map(toSnakeCase),
    }));
}
