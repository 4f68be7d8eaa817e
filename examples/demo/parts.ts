import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);
const versionOf = (name: string) => (require(`${name}/package.json`) as { version: string }).version;

/** The real parts that the demo ran on, and those that it would have used. */
export async function partsTable(): Promise<string[]> {
  const rows = [
    ["Node", process.version],
    ["Pulumi SDK (@pulumi/pulumi)", versionOf("@pulumi/pulumi")],
    ["Infisical SDK (@infisical/sdk)", versionOf("@infisical/sdk")],
    ["Pulumi CLI", await found("pulumi", ["version"])],
    ["terraform", await found("terraform", ["version"])],
  ] as const;
  return rows.map(([part, version]) => `${part.padEnd(32)}${version}`);
}

async function found(program: string, args: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args);
    return stdout.split("\n")[0]?.trim() ?? "found";
  } catch {
    return "not found (not needed)";
  }
}
