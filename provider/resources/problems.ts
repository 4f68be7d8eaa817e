import type { z } from "zod";

/** One line per problem: the argument's path and what is wrong. Values are never repeated. */
export function problemsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const path = issue.path.map(String).join(".");
    return path === "" ? issue.message : `${path}: ${issue.message}`;
  });
}
