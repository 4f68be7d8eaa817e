/** Fetches the secrets that a syncs.yaml refers to. */
import { readFile, realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { lookUp } from "../../provider/look-up.ts";
import type { ConfigMap } from "../engines/engine.ts";
import { leadsInside } from "../files/inside.ts";
import type { Problem } from "../files/problems.ts";
import type { SyncsFile } from "./read.ts";
import { parseReference, type SecretReference } from "./schema.ts";

export interface SecretPlaces {
  environment: Readonly<Record<string, string | undefined>>;
  /** The folder of the file; `${file:…}` does not lead out of it. */
  folder: string;
  /** The stack's configuration. */
  config: ConfigMap;
}

/**
 * Fetches all secrets of a file, by path such as `connections.dr.machineIdentityClientSecret`.
 *
 * @throws EngineError `invalid-config` with everything that is missing
 */
export async function resolveSecrets(file: SyncsFile, places: SecretPlaces): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { path, reference } of file.secrets) {
    const { value, problem } = await resolveSecret(parseReference(reference), file.project, places);
    if (value !== undefined) found.set(path.join("."), value);
    else problems.push({ path, message: problem ?? "is empty" });
  }
  if (problems.length > 0) file.fail(problems);
  return found;
}

export interface Found {
  value?: string;
  problem?: string;
}

/** The secret that one reference leads to, or why there is none. */
export async function resolveSecret(
  { from, name }: SecretReference,
  project: string,
  { environment, folder, config }: SecretPlaces,
): Promise<Found> {
  switch (from) {
    case "env": {
      const value = lookUp(environment, name);
      return value ? { value } : { problem: `the environment variable ${name} is not set` };
    }
    case "config": {
      const key = name.includes(":") ? name : `${project}:${name}`;
      const value = lookUp(config, key)?.value;
      return value
        ? { value }
        : { problem: `the stack has no configuration ${key} (--secret-config ${key}=…)` };
    }
    case "file":
      return readInside(folder, name);
    default:
      return from satisfies never;
  }
}

/** Certificates and tokens are much smaller. */
const MOST_BYTES = 1_048_576;

async function readInside(folder: string, name: string): Promise<Found> {
  try {
    const { path, isInside } = await locate(folder, name);
    if (!isInside) return { problem: outside(name) };
    // Of a pipe nothing may ever come.
    const found = await stat(path);
    if (!found.isFile()) return { problem: `${name} is no file` };
    if (found.size > MOST_BYTES) return { problem: `the file ${name} is larger than ${MOST_BYTES} bytes` };
    const value = (await readFile(path, "utf8")).trim();
    return value ? { value } : { problem: `the file ${name} is empty` };
  } catch {
    return { problem: `the file ${name} cannot be read` };
  }
}

/** References to files outside of the folder. One that is not there may be so elsewhere, and is no problem. */
export async function misplacedFiles(file: SyncsFile, folder: string): Promise<Problem[]> {
  const problems: Problem[] = [];
  const ofNotify = file.fleet?.notify?.secret;
  const ofFleet =
    ofNotify === undefined ? [] : [{ path: ["fleet", "notify", "secret"], reference: ofNotify }];
  for (const { path, reference } of [...file.secrets, ...ofFleet]) {
    const { from, name } = parseReference(reference);
    if (from !== "file") continue;
    const isInside = leadsInside(resolve(folder), resolve(folder, name));
    const found = isInside ? await locate(folder, name).catch(() => undefined) : undefined;
    if (!isInside || found?.isInside === false) problems.push({ path, message: outside(name) });
  }
  return problems;
}

/** Where a file really is. @throws if it is not there */
async function locate(folder: string, name: string): Promise<{ path: string; isInside: boolean }> {
  const root = await realpath(folder);
  const path = await realpath(resolve(root, name));
  return { path, isInside: leadsInside(root, path) };
}

const outside = (name: string) => `the file ${name} is not inside the folder of this file`;
