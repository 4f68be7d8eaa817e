import { z } from "zod";

/** What people are told of an argument, beside its type and default. */
export function textOf(described: z.ZodType): string {
  const { description = "", environment, sensitive } = metaOf(described);
  return [description, environment && `Environment: \`${environment}\`.`, sensitive && "Secret."]
    .filter(Boolean)
    .join(" ");
}

interface Meta {
  description?: string | undefined;
  environment?: string | undefined;
  sensitive?: boolean | undefined;
}

const metaOf = (described: z.ZodType | undefined): Meta =>
  described ? (described.meta() ?? metaOf(within(described))) : {};

/** What is optional, has a default or is listed. */
export function within(outer: z.ZodType): z.ZodType | undefined {
  if (outer instanceof z.ZodOptional || outer instanceof z.ZodDefault) return outer.unwrap() as z.ZodType;
  return outer instanceof z.ZodArray ? (outer.element as z.ZodType) : undefined;
}

/** What an absent argument comes to, where that is one word. */
export function standardOf(described: z.ZodType): string | number | boolean | undefined {
  const { data = described.meta()?.["default"] } = described.safeParse(undefined);
  return typeof data === "object" ? undefined : (data as string | number | boolean | undefined);
}
