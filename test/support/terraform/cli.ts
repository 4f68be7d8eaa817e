import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { bundle } from "../../../scripts/terraform/bundle.ts";
import { root } from "../node.ts";

const run = promisify(execFile);

/** A `terraform` or `tofu` that answers. */
export interface Tool {
  name: "terraform" | "tofu";
  version: string;
}

/** The tool if it is on the PATH. */
export async function findTool(name: Tool["name"]): Promise<Tool | undefined> {
  try {
    const { stdout } = await run(name, ["version", "-json"], {
      // Without the user's settings: a warning about them would stand in the answer.
      env: { PATH: process.env["PATH"], HOME: tmpdir(), CHECKPOINT_DISABLE: "1" },
    });
    return { name, version: (JSON.parse(stdout) as { terraform_version: string }).terraform_version };
  } catch {
    return undefined;
  }
}

/** A folder with a configuration, where a tool runs with this repository's provider and nothing of the user's. */
export interface TerraformFolder extends AsyncDisposable {
  path: string;
  /** Runs the tool; rejects with what it told. */
  run(...args: string[]): Promise<string>;
  /** Everything that was printed until now. */
  printed: string[];
}

export const SOURCE = "external-infisical/externalinfisical";

/** @param installation the provider's place: text of a `provider_installation` block; default: this source tree */
export async function makeTerraformFolder(tool: Tool, installation?: string): Promise<TerraformFolder> {
  const path = await mkdtemp(join(tmpdir(), "external-infisical-tf-"));
  const program = join(path, "terraform-provider-externalinfisical");
  await bundle(join(root, "provider/terraform/main.ts"), program);
  await chmod(program, 0o755);
  await writeFile(join(path, "package.json"), '{ "type": "commonjs" }');
  const overrides = ["registry.terraform.io", "registry.opentofu.org"]
    .map((registry) => `"${registry}/${SOURCE}" = ${JSON.stringify(path)}`)
    .join("\n");
  const rc = join(path, "cli.tfrc");
  const block = installation ?? `dev_overrides {\n${overrides}\n}\ndirect {}`;
  await writeFile(rc, `provider_installation {\n${block}\n}\n`);
  const env = {
    PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`,
    HOME: path,
    TF_CLI_CONFIG_FILE: rc,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
  };
  const printed: string[] = [];
  return {
    path,
    printed,
    async run(...args) {
      try {
        const { stdout, stderr } = await run(tool.name, args, { cwd: path, env, maxBuffer: 1e9 });
        printed.push(stdout, stderr);
        return stdout;
      } catch (error) {
        const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
        printed.push(stdout, stderr);
        // Messages are wrapped to the width of a terminal.
        throw new Error(`${stdout}\n${stderr}`.replaceAll(/[│╷╵]/g, " ").replaceAll(/\s+/g, " "));
      }
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

export const readState = (folder: TerraformFolder) =>
  readFile(join(folder.path, "terraform.tfstate"), "utf8").catch(() => "{}");
