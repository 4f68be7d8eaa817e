// What the checks of a seed share.
import type { SeedForm } from "./seed-schema.ts";

export type Tell = (path: readonly (string | number)[], message: string) => void;

/** A project of the seed or of the server. */
export interface KnownProject {
  readonly environments: ReadonlySet<string>;
}

export const noEnvironment = (slug: string) => `there is no environment "${slug}" in the project`;

/** Tells of each name that an earlier one of the list or something on the server has. */
export function tellTaken<Name extends string>(
  name: Name,
  list: readonly { readonly [name in Name]?: string | undefined }[],
  what: string,
  where: keyof SeedForm,
  isThere: (value: string) => boolean,
  tell: Tell,
): void {
  const seen = new Set<string>();
  list.forEach((one, index) => {
    const value = one[name];
    if (value === undefined) return;
    if (seen.has(value) || isThere(value))
      tell([where, index, name], `the ${what} "${value}" already exists`);
    seen.add(value);
  });
}
