/**
 * Keeps what Node has compiled for the next time, for this process and those that it starts. Whoever can write there has
 * their code run: it is a folder that this user alone can write, or none.
 */
import { lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { constants, enableCompileCache } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { homeIn } from "./files/home.ts";

type Environment = Record<string, string | undefined>;

/** Where the user has not chosen another (`NODE_COMPILE_CACHE`), or none. @param environment is told to children */
export function keepCompiled(environment: Environment): void {
  if (environment["NODE_COMPILE_CACHE"] || environment["NODE_DISABLE_COMPILE_CACHE"]) return;
  const folder = ownFolder(environment);
  if (folder === undefined) return;
  const { status } = enableCompileCache(folder);
  if (status === constants.compileCacheStatus.ENABLED) environment["NODE_COMPILE_CACHE"] = folder;
}

/** In the user's own folder, by an absolute path: a checkout that is worked in has no say. */
function ownFolder(environment: Environment): string | undefined {
  const caches = environment["XDG_CACHE_HOME"] || join(homeIn(environment), ".cache");
  if (!isAbsolute(caches)) return undefined;
  const folder = join(caches, "external-infisical", "compiled");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isOursAlone(folder) ? folder : undefined;
  } catch {
    // It cannot be made. All is compiled each time, then.
    return undefined;
  }
}

/** Whether nobody else, but for the superuser, can write in a folder or put another in its place. */
function isOursAlone(folder: string): boolean {
  const user = process.getuid?.();
  // On Windows a folder below the user's own has the rights of that.
  if (user === undefined) return true;
  const own = lstatSync(folder);
  if (!own.isDirectory() || own.uid !== user || (own.mode & 0o077) !== 0) return false;
  for (let at = realpathSync(folder); at !== dirname(at); at = dirname(at))
    if (!isSafe(statSync(dirname(at)), user)) return false;
  return true;
}

/** In a folder with the sticky bit, as /tmp, others leave alone what is not theirs. */
const isSafe = ({ uid, mode }: { uid: number; mode: number }, user: number): boolean =>
  (uid === user || uid === 0) && ((mode & 0o022) === 0 || (mode & 0o1000) !== 0);
