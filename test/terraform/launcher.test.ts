/** Of a provider that does not start, Terraform shows the first line of standard output: there it has to stand. */
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { builtProvider } from "../support/terraform/cli.ts";

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "external-infisical-launcher-"));
  program = join(await builtProvider(), "local/terraform-provider-externalinfisical");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function startWith(
  environment: Record<string, string>,
  file = program,
): Promise<{ stdout: string; stderr: string }> {
  const failed = promisify(execFile)(file, { env: environment }).then(
    () => undefined,
    (error: { stdout: string; stderr: string }) => error,
  );
  const { stdout = "", stderr = "" } = (await failed) ?? {};
  return { stdout, stderr };
}

it("no Node on the PATH", async () => {
  const { stdout } = await startWith({ PATH: folder });
  expect(stdout).toBe(
    `external-infisical needs Node.js 22.19 or later, and there is no node on the PATH: ${folder}\n`,
  );
});

it.each(["16.20.2", "20.19.4", "22.18.0"])("Node %s", async (version) => {
  const hook = join(folder, "version.cjs");
  await writeFile(
    hook,
    `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`,
  );
  const { stdout } = await startWith({
    PATH: dirname(process.execPath),
    NODE_OPTIONS: `--require ${hook}`,
  });
  expect(stdout).toMatch(
    `external-infisical needs Node.js 22.19 or later; the node on the PATH is ${version}`,
  );
});

it("a Node that is new enough, without Terraform", async () => {
  const { stdout, stderr } = await startWith({ PATH: dirname(process.execPath) });
  expect(stdout).toBe("");
  expect(stderr).toContain("which start it themselves");
});

it.each([
  ["with a module to import first", "--import=data:text/javascript,"],
  ["with a hook to require first", "--require=node:os"],
  ["without any", ""],
])("starts by the name that it is installed with, %s", async (_, options) => {
  const installed = join(folder, "terraform-provider-externalinfisical_v0.1.0");
  await copyFile(program, installed);
  const { stdout, stderr } = await startWith(
    { PATH: dirname(process.execPath), NODE_OPTIONS: options },
    installed,
  );
  expect(stdout).toBe("");
  expect(stderr).toContain("which start it themselves");
});
