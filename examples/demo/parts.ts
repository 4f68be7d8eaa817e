import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { promisify } from "node:util";

async function versionOf(name: string): Promise<string> {
  const file = findPackageJSON(name, import.meta.url);
  if (file === undefined) return "not found";
  return (JSON.parse(await readFile(file, "utf8")) as { version: string }).version;
}

const TERRAFORM = "the same on it: npm run demo:terraform";

/** The real parts that the demo ran on, and those that it would have used. */
export async function partsTable(): Promise<string[]> {
  const rows = [
    ["Node", process.version],
    ["Pulumi SDK (@pulumi/pulumi)", await versionOf("@pulumi/pulumi")],
    ["Infisical SDK (@infisical/sdk)", await versionOf("@infisical/sdk")],
    [
      "Pulumi CLI",
      told(await found("pulumi", ["version"]), "the same on it: npm run demo -- --engine pulumi"),
    ],
    ["terraform", told(await found("terraform", ["version"]), TERRAFORM)],
    ["tofu", told(await found("tofu", ["version"]), `${TERRAFORM} -- tofu`)],
  ] as const;
  return rows.map(([part, version]) => `${part.padEnd(32)}${version}`);
}

const told = (version: string | undefined, use: string): string =>
  version === undefined ? "not found (not needed)" : `${version} found (${use})`;

/** The version of a program on the PATH, as it tells it; undefined where there is none. */
export async function found(program: string, args: string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, args);
    return stdout.split("\n")[0]?.trim();
  } catch {
    return undefined;
  }
}
