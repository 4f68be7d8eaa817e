/** The one place where camelCase names become Terraform's snake_case, and back. */
import { writeOnlySecret } from "../attributes.ts";
import { connectionArgs, providerConfig, secretSyncArgs, syncOptions } from "../schema.ts";

export const toSnakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const toCamelCase = (name: string) =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Names of arguments that texts mention. */
const ARGUMENTS = new Set(
  [
    connectionArgs,
    secretSyncArgs,
    secretSyncArgs.shape.destinationConfig,
    syncOptions,
    providerConfig,
    writeOnlySecret,
  ].flatMap(({ shape }) => Object.keys(shape)),
);

const NAMED = new Map([...ARGUMENTS, "destinationConnection"].map((name) => [toSnakeCase(name), name]));

/** A text for a Pulumi user, who writes the arguments it names in camelCase. */
export const withCamelNames = (text: string): string =>
  text.replace(/\b[a-z]+(?:_[a-z0-9]+)+\b/g, (word) => NAMED.get(word) ?? word);

/** A text of the engine with the arguments it names as a Terraform user writes them. */
export function withSnakeNames(text: string): string {
  return text.replace(/\b[a-z]+(?:[A-Z][a-z0-9]*)+\b/g, (word) =>
    ARGUMENTS.has(word) ? toSnakeCase(word) : word,
  );
}
