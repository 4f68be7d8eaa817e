/** Finds what the user means: a Pulumi folder or a syncs.yaml, and the stack. */
import { createHash } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { lookUp } from "../../provider/look-up.ts";
import { EngineError } from "../engines/engine.ts";
import { backendUrlOf } from "../engines/local/state/backend-url.ts";
import { readProject } from "../engines/local/state/project.ts";
import { homeIn } from "../files/home.ts";
import { loadSyncsFile } from "./syncs-file.ts";

/** What is run. */
export type Target = { kind: "folder"; folder: string } | { kind: "syncs"; folder: string; file: string };

const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];
const SYNCS_FILES = ["syncs.yaml", "syncs.yml"];

/**
 * A given file is a syncs.yaml; in a folder, a Pulumi project goes before a syncs.yaml.
 *
 * @throws EngineError `invalid-config` if there is neither
 */
export async function findTarget(given: { file?: string | undefined; folder: string }): Promise<Target> {
  const path = resolve(given.folder, given.file ?? ".");
  const isFolder = (await kindOf(path)) === "folder";
  if (given.file !== undefined && !isFolder) {
    if (PROJECT_FILES.includes(path.slice(dirname(path).length + 1)))
      return { kind: "folder", folder: dirname(path) };
    return { kind: "syncs", folder: dirname(path), file: path };
  }
  if (!isFolder) throw new EngineError("invalid-config", `There is no folder ${path}.`);
  for (const name of PROJECT_FILES) {
    if ((await kindOf(join(path, name))) === "file") return { kind: "folder", folder: path };
  }
  for (const name of SYNCS_FILES) {
    if ((await kindOf(join(path, name))) === "file")
      return { kind: "syncs", folder: path, file: join(path, name) };
  }
  throw new EngineError("invalid-config", `There is neither a Pulumi.yaml nor a syncs.yaml in ${path}.`, {
    hint: "Name a folder that has one, or a file with --file.",
  });
}

/** The project's name; undefined where what names it cannot be read. Then loading it says why. */
export async function projectOf(target: Target): Promise<string | undefined> {
  try {
    if (target.kind === "syncs") return (await loadSyncsFile(target.file)).project;
    return (await readProject({ stack: "", workDir: target.folder })).name;
  } catch {
    return undefined;
  }
}

/** The stack that `pulumi stack select` has chosen in a folder, if any. */
export async function selectedStack(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const home = environment["PULUMI_HOME"] || join(homeIn(environment), ".pulumi");
  try {
    const source = { stack: "", workDir: folder };
    const project = await readProject(source);
    const path = join(await realpath(folder), "Pulumi.yaml");
    const hash = createHash("sha1").update(path).digest("hex");
    const text = await readFile(join(home, "workspaces", `${project.name}-${hash}-workspace.json`), "utf8");
    const { stack, stacks } = workspaceSchema.parse(JSON.parse(text));
    const selected = lookUp(stacks, await backendUrlOf(source, project, { ...environment })) ?? stack;
    // State in files knows one organization of that name; elsewhere it is part of the stack's name.
    return selected?.replace(/^organization\/[^/]+\//, "");
  } catch {
    return undefined; // the CLI's own file, and none may be there
  }
}

/** One stack for each backend; older CLIs had one for all. */
const workspaceSchema = z.looseObject({
  stack: z.string().min(1).optional(),
  stacks: z.record(z.string(), z.string().min(1)).optional(),
});

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? undefined : found.isDirectory() ? "folder" : "file";
}
