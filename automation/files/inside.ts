/**
 * The border of a folder. A checkout may hold symbolic links where this tool is about to write, and names that lead
 * elsewhere: what writes or removes files asks here for their paths.
 */
import { access, constants, lstat, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describeError } from "../../provider/errors.ts";
import { EngineError } from "../engines/engine.ts";

/**
 * The path of a file or folder below a root, to be written or removed. The root itself may be reached by links.
 *
 * @throws EngineError `invalid-config` where the names lead outside, or by way of a symbolic link
 */
export async function inside(root: string, ...names: readonly string[]): Promise<string> {
  const path = join(root, ...names);
  if (!leadsInside(root, path))
    throw new EngineError("invalid-config", `${path} is not inside ${root}, and nothing is written there.`);
  let at = root;
  for (const name of relative(root, path).split(sep)) {
    at = join(at, name);
    const found = await lstat(at).catch(unlessMissing);
    if (!found) return path;
    if (found.isSymbolicLink()) throw throughLink(at);
  }
  return path;
}

/**
 * The path of a file that the user has named. Below the folder that is worked in it may be a checkout's, and is reached
 * by no link; anywhere else the user knows what is there.
 *
 * @throws EngineError `invalid-config`
 */
export async function asNamed(folder: string, name: string): Promise<string> {
  const path = resolve(folder, name);
  return leadsInside(folder, path) ? inside(folder, relative(folder, path)) : path;
}

/**
 * The path of a file that the user has named, which can be written as far as can be told without writing it: asked for
 * before the work whose result goes there.
 *
 * @throws EngineError `invalid-config`
 */
export async function writableAsNamed(folder: string, name: string): Promise<string> {
  const path = await asNamed(folder, name);
  const found = await stat(path).catch(unlessMissing);
  const why = found?.isDirectory()
    ? "it is a folder"
    : await access(found ? path : dirname(path), constants.W_OK).then(() => undefined, describeError);
  if (why === undefined) return path;
  throw new EngineError("invalid-config", `${path} cannot be written: ${why}`, {
    hint: "Nothing was done. Make its folder, or name another file.",
  });
}

/** Whether a path is below a folder, by name. */
export function leadsInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && resolve(way) !== way;
}

function throughLink(path: string): EngineError {
  return new EngineError(
    "invalid-config",
    `${path} is a symbolic link, and nothing is written through one.`,
    {
      hint: "Put a file or folder of its own there, or name the place that is meant.",
    },
  );
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
