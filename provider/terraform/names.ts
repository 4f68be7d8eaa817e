/** The one place where camelCase names become Terraform's snake_case, and back. */

export const toSnakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const toCamelCase = (name: string) =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** A text of the engine with the arguments it names as a Terraform user writes them. */
export function withSnakeNames(text: string, names: ReadonlySet<string>): string {
  return text.replace(/\b[a-z]+(?:[A-Z][a-z0-9]*)+\b/g, (word) =>
    names.has(word) ? toSnakeCase(word) : word,
  );
}
