/** Reads policies. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { EngineError } from "../engines/engine.ts";
import { readYaml, zodProblems } from "../files/problems.ts";
import { type Policies, policiesFileSchema } from "./schema.ts";

/**
 * Files from the options and, comma-separated, from EXTERNAL_INFISICAL_POLICIES.
 *
 * @throws EngineError `invalid-config` for one of them that is set and names no file: a policy is never left out
 */
export function listPolicyFiles(options: readonly string[], variable: string | undefined): string[] {
  const given = [
    ...options.map((name) => ({ what: "--policies", names: [name] })),
    ...(variable === undefined ? [] : [{ what: "EXTERNAL_INFISICAL_POLICIES", names: variable.split(",") }]),
  ];
  return given.flatMap(({ what, names }) => {
    const files = names.map((name) => name.trim()).filter((name) => name !== "");
    if (files.length > 0) return files;
    throw new EngineError("invalid-config", `${what} is set, and names no file of policies.`, {
      hint: "Name the file, or leave it away where no policies are meant.",
    });
  });
}

/**
 * Reads files of policies.
 *
 * @param folder where relative names start
 * @throws EngineError `invalid-config` for a file that is missing or wrong: a policy is never left out
 */
export async function readPolicyFiles(files: readonly string[], folder: string): Promise<Policies[]> {
  return Promise.all(
    files.map(async (file) => parsePolicies(await textOf(resolve(folder, file), file), file)),
  );
}

async function textOf(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new EngineError("invalid-config", `The policies ${file} cannot be read.`, { cause });
  }
}

/** @throws EngineError `invalid-config` with all problems, each with line and path */
export function parsePolicies(text: string, file: string): Policies {
  const yaml = readYaml(text, file);
  const parsed = policiesFileSchema.safeParse(yaml.value);
  return parsed.success ? parsed.data.policies : yaml.fail(zodProblems(parsed.error));
}
