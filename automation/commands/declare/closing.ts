import type { Written } from "./declaration.ts";

/** What was written, and what to do with it. */
export const closingText = ({ files, variables, next }: Written): string =>
  [
    `Wrote ${files.map(({ name }) => name).join(", ")}.`,
    "",
    `Export ${variables.join(", ")}, then:`,
    ...next.map((command) => `  ${command}`),
  ].join("\n");
