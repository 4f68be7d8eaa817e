/**
 * The one form in which a place is written, so that what means the same folder compares as the same. Servers drop
 * empty parts of a path and blanks around it (data-plane §9.4, §20); names of folders are letters, digits, hyphens and
 * underscores alone (§7.1), so that no path with `.`, `..`, blanks or backslashes in it leads anywhere.
 */

/** Names of folders with slashes between them, and slashes to spare. */
export const FOLDER_NAMES = /^[\w/-]*$/;

/** A path without empty parts, as `/a/b`; what does not begin with a slash is no path, and stays as it is. */
export function normalPath(text: string): string {
  const path = text.trim();
  return path.startsWith("/") ? `/${path.split("/").filter(Boolean).join("/")}` : path;
}

export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A project's id; UUIDs are the same in capitals, and servers write them small. */
export function normalProjectId(text: string): string {
  const id = text.trim();
  return UUID.test(id) ? id.toLowerCase() : id;
}
