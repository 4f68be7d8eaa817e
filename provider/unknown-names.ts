/** What is said about names that nobody knows, in everything that users write: which one may be meant. */
import { z } from "zod";
import { NO_SUCH, unknownName } from "./did-you-mean.ts";

/** An object with these properties and no others. */
export const strictObject = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: tellUnknown });

/**
 * Says of each name that a strict object does not have what may be meant by it, one line for each; to be given as the
 * `error` of that object.
 */
export const tellUnknown: z.core.$ZodErrorMap = (issue) =>
  issue.code === "unrecognized_keys" && issue.inst instanceof z.ZodObject
    ? issue.keys.map((name) => unknownName(name, namesIn(issue.inst as z.ZodObject))).join("\n")
    : undefined;

/** What a strict object did not know, by name; none for any other issue. */
export function unknownIn(issue: z.core.$ZodIssue): { name: string; message: string }[] | undefined {
  if (issue.code !== "unrecognized_keys") return undefined;
  const lines = issue.message.split("\n").filter((line) => line.startsWith(NO_SUCH));
  return issue.keys.map((name, index) => ({ name, message: lines[index] ?? NO_SUCH }));
}

/** Names of an object's properties, then those of the objects in it: something may stand one level too high. */
function namesIn({ shape }: z.ZodObject): string[] {
  const entries = Object.entries(shape);
  const inner = entries.flatMap(([name, type]) => {
    const given = type instanceof z.ZodOptional ? type.unwrap() : type;
    return given instanceof z.ZodObject ? Object.keys(given.shape).map((each) => `${name}.${each}`) : [];
  });
  return [...entries.map(([name]) => name), ...inner];
}
