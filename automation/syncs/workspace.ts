/** The folder in which the stacks of a syncs.yaml are kept, and one that stands in for it. */
import { rmSync } from "node:fs";
import { mkdtemp, readlink, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { EngineError } from "../engines/engine.ts";
import { readIfPresent, writeAtomically } from "../engines/local/state/files.ts";
import { inside } from "../files/inside.ts";
import { makePrivateFolder, writePrivate } from "../files/private.ts";

const FOLDER = ".external-infisical";

export interface Workspace extends Disposable {
  path: string;
}

/**
 * Makes the folder of a project's settings beside its syncs.yaml. Stack settings go there, and the packages that a
 * provider needs are linked there, since it looks for them from the stack's folder and a syncs.yaml needs none beside it.
 */
export async function keepWorkspace(folder: string, project: string): Promise<Workspace> {
  const path = await inside(folder, FOLDER, project);
  return guard(path, async () => {
    await makePrivateFolder(path);
    const ignored = await inside(folder, FOLDER, ".gitignore");
    if ((await readIfPresent(ignored)) === undefined) await isMade(writePrivate(ignored, "*\n", "wx"));
    await furnish(path, project);
    return { path, [Symbol.dispose]: () => {} };
  });
}

/**
 * The same in a private place, for what is to leave no file beside the syncs.yaml: a copy of the settings that are there,
 * and what becomes of them is forgotten.
 */
export async function borrowWorkspace(folder: string, project: string, stack: string): Promise<Workspace> {
  const path = await mkdtemp(join(tmpdir(), "external-infisical-"));
  const workspace: Workspace = {
    path,
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
  try {
    return await guard(path, async () => {
      const settings = `Pulumi.${stack.split("/").at(-1)}.yaml`;
      const text = await readIfPresent(join(folder, FOLDER, project, settings));
      if (text !== undefined) await writePrivate(join(path, settings), text);
      await furnish(path, project);
      return workspace;
    });
  } catch (error) {
    workspace[Symbol.dispose]();
    throw error;
  }
}

/** What engines need in the folder, whoever has put something else there. */
async function furnish(path: string, project: string): Promise<void> {
  const file = await inside(path, "Pulumi.yaml");
  const text = `name: ${JSON.stringify(project)}\nruntime: nodejs\n`;
  if ((await readIfPresent(file)) !== text) await writeAtomically(file, text);
  await makePrivateFolder(await inside(path, "node_modules", "@pulumi"));
  for (const name of ["external-infisical", "@pulumi/pulumi"]) {
    await link(packageFolder(name), join(path, "node_modules", name));
  }
}

async function guard<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
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
    await makePrivateFolder(path);
  } catch (cause) {
    throw new EngineError("invalid-config", `The folder ${path} for the state cannot be made.`, { cause });
  }
}

function packageFolder(name: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (cause) {
    throw new EngineError("engine-failed", `${name} is not installed.`, {
      hint: name === "@pulumi/pulumi" ? `Install it: npm install ${name}` : "Install it as its README says.",
      cause,
    });
  }
}

/** A link that leads elsewhere was made by an earlier installation; what is no link was not made here, and stays. */
async function link(target: string, path: string): Promise<void> {
  const make = () => isMade(symlink(target, path, "junction"));
  if (await make()) return;
  const present = await readlink(path).catch(() => undefined);
  if (present === undefined)
    throw new EngineError("invalid-config", `${path} is in the way of a link to ${target}.`, {
      hint: "Remove it: this folder is for the files of external-infisical alone.",
    });
  if (resolve(dirname(path), present) === target) return;
  await rm(path, { force: true });
  await make();
}

/** False where it was there already: another command on the same stack may make it at the same time. */
async function isMade(making: Promise<unknown>): Promise<boolean> {
  try {
    await making;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
