import type { Written } from "./declaration.ts";

/** What to do with what was written. */
export const closingText = ({ variables, next }: Pick<Written, "variables" | "next">): string =>
  [`Export ${variables.join(", ")}, then:`, ...next.map((command) => `  ${command}`)].join("\n");
