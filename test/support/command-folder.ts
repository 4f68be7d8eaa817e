import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder with a syncs.yaml and an empty PULUMI_HOME, to run the command in; gone when disposed. */
export async function makeFolder(syncsYaml: string): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "external-infisical-"));
  await mkdir(join(path, "home"));
  await writeFile(join(path, "syncs.yaml"), syncsYaml);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
