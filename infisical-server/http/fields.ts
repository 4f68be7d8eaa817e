import { z } from "zod";

/** Drops one trailing slash; "/" itself stays. */
const withoutTrailingSlash = (path: string) =>
  path !== "/" && path.endsWith("/") ? path.slice(0, -1) : path;

/** Contract §9.4: trimmed, one trailing `/` removed, a leading `/` is not added. */
export const secretPath = z.string().trim().transform(withoutTrailingSlash);

/** Contract §7.1: like a secret path, but a leading `/` is added. */
export const folderPath = z
  .string()
  .trim()
  .transform((path) => withoutTrailingSlash(path.startsWith("/") ? path : `/${path}`));

/** Contract §10.1: exactly `true` or `false`. */
export const strictBoolean = z.enum(["true", "false"]).transform((text) => text === "true");

/** Contract §7.2: any text is true except these. */
export const lenientBoolean = z
  .union([z.boolean(), z.string()])
  .transform((value) => (typeof value === "boolean" ? value : !["false", "False", "0", ""].includes(value)));

/** Contract §9.2: trimmed; one trailing newline survives if the last character sent was one. */
export function normaliseValue(value: string): string {
  const trimmed = value.trim();
  return value.endsWith("\n") ? `${trimmed}\n` : trimmed;
}

export const key = z.string().trim();

export const folderName = z
  .string()
  .trim()
  .regex(/^[a-zA-Z0-9-_]+$/, "Folder name can only contain alphanumeric characters, dashes, and underscores");

/** An empty one names nothing that exists (measured, contract §20). */
export const projectId = z.string().trim();
export const environment = z.string().trim();

/** What may be left out counts as left out when it comes empty: the Go SDK sends all the fields that it knows. */
export const optionalText = z
  .string()
  .trim()
  .transform((text) => text || undefined)
  .optional();

/** Lower-case letters, digits and hyphens; the product's slug rule. */
export const slug = (min: number, max: number) =>
  z
    .string()
    .trim()
    .min(min)
    .max(max)
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "Slug must be lower-case letters, digits and hyphens");
