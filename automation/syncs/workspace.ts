/** The folder in which the stacks of a syncs.yaml are kept. */
import { mkdir, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { EngineError } from "../engines/engine.ts";

const FOLDER = ".external-infisical";

/**
 * Makes the folder of a project's settings: stack settings go there, and the packages that a provider needs
 * are linked there, since it looks for them from the stack's folder and a syncs.yaml needs none beside it.
 */
export async function prepareWorkspace(folder: string, project: string): Promise<string> {
  const root = join(folder, FOLDER);
  const path = join(root, project);
  try {
    await mkdir(join(path, "node_modules", "@pulumi"), { recursive: true });
    await writeFile(join(root, ".gitignore"), "*\n");
    for (const name of ["external-infisical", "@pulumi/pulumi"]) {
      await link(packageFolder(name), join(path, "node_modules", name));
    }
    return path;
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError("engine-failed", `The working folder ${path} cannot be made.`, {
      hint: "Use a syncs.yaml in a folder that can be written to.",
      cause,
    });
  }
}

/** The backend as the CLI takes it: it would start relative paths at the working folder. */
export function absoluteBackend(url: string, folder: string): string {
  const path = /^file:\/\/(?!~|\/)(.*)$/s.exec(url)?.[1];
  return path === undefined || process.platform === "win32" ? url : `file://${resolve(folder, path)}`;
}

/** A folder for the state is made, as a file would be; the CLI only takes one that is there. */
export async function prepareBackend(url: string | undefined): Promise<void> {
  const path = /^file:\/\/(\/[^?]*)/.exec(url ?? "")?.[1];
  if (path === undefined || process.platform === "win32") return;
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw new EngineError("invalid-config", `The folder ${path} for the state cannot be made.`, { cause });
  }
}

function packageFolder(name: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (cause) {
    throw new EngineError("engine-failed", `${name} is not installed.`, {
      hint: `Install it: npm install ${name}`,
      cause,
    });
  }
}

async function link(target: string, path: string): Promise<void> {
  const present = await readlink(path).catch(() => undefined);
  if (present !== undefined && resolve(dirname(path), present) === target) return;
  await rm(path, { recursive: true, force: true });
  await symlink(target, path, "junction");
}
