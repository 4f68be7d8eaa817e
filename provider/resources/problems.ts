import type { z } from "zod";
import { unknownIn } from "../unknown-names.ts";

/** One line per problem: the argument's path and what is wrong. Values are never repeated. */
export function problemsOf(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String);
    const unknown = unknownIn(issue)?.map(({ name, message }) => ({ path: [...path, name], message }));
    return (unknown ?? [{ path, message: wordsOf(issue) }]).map(told);
  });
}

const told = ({ path, message }: { path: readonly string[]; message: string }) =>
  path.length === 0 ? message : `${path.join(".")}: ${message}`;

/** What is wrong, in words for people: the library's own are its types' names. Values are never repeated. */
export function wordsOf(issue: z.core.$ZodIssue): string {
  if (isMissing(issue)) return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `must be ${TYPES.get(issue.expected) ?? issue.expected}`;
    case "invalid_value":
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "too_small":
      if (issue.origin !== "string") return `must be at least ${issue.minimum}`;
      return issue.minimum === 1 ? "must not be empty" : `must have at least ${issue.minimum} characters`;
    case "too_big":
      return `must ${issue.origin === "string" ? "have" : "be"} at most ${issue.maximum}${issue.origin === "string" ? " characters" : ""}`;
    default:
      // The schema's own words.
      return issue.message;
  }
}

const TYPES = new Map<string, string>([
  ["string", "text"],
  ["number", "a number"],
  ["int", "a whole number"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "an object"],
  ["record", "an object"],
]);

/** True where something that is needed was left out. */
const isMissing = ({ code, input, message }: z.core.$ZodIssue): boolean =>
  code === "invalid_type" && input === undefined && /undefined/.test(message);
