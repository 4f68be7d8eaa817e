/**
 * Names come from outside: keys of secrets, names of connections, syncs, projects and properties. A plain object seems
 * to have a `constructor` and a `toString`, so it is asked by `lookUp` alone; a test holds that.
 */
export function lookUp<T>(
  object: Readonly<Record<string, T>> | null | undefined,
  name: string,
): T | undefined {
  return object != null && Object.hasOwn(object, name) ? object[name] : undefined;
}
