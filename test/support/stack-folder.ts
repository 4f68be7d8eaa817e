import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./node.ts";
import { QUICK } from "./quick-passphrase.mjs";

/** A stack folder as a user has one, in a temporary place, with a backend and settings of its own. */
export interface StackFolder extends AsyncDisposable {
  path: string;
  backendUrl: string;
  stateFolder: string;
  envVars: Record<string, string>;
  write(name: string, content: unknown): Promise<void>;
}

/** Copies a stack folder and links the packages into it. */
export async function makeStackFolder(from: string): Promise<StackFolder> {
  const base = await mkdtemp(join(tmpdir(), "external-infisical-"));
  const path = join(base, "stack");
  const stateFolder = join(base, "state");
  await cp(from, path, { recursive: true });
  await mkdir(join(path, "node_modules/@pulumi"), { recursive: true });
  await mkdir(stateFolder);
  await symlink(root, join(path, "node_modules/external-infisical"));
  await symlink(join(root, "node_modules/@pulumi/pulumi"), join(path, "node_modules/@pulumi/pulumi"));
  return {
    path,
    stateFolder,
    backendUrl: pathToFileURL(stateFolder).href,
    envVars: {
      PULUMI_HOME: join(base, "home"),
      ...QUICK,
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
    write: (name, content) => writeFile(join(path, name), JSON.stringify(content)),
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
}
