import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { kept } from "../kept.ts";
import { root } from "../node.ts";
import { isThorough } from "../thorough.ts";

const run = promisify(execFile);

/** Why something slow does not run in `npm test`. */
export const THOROUGH_ONLY = "only in npm run test:all";

/** A `terraform` or `tofu` that answers. */
export interface Tool {
  name: "terraform" | "tofu";
  version: string;
}

/** The tool if it is on the PATH. */
async function findTool(name: Tool["name"]): Promise<Tool | undefined> {
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

const NAMES = ["terraform", "tofu"] as const;
const found = await Promise.all(NAMES.map(findTool));

/** Both tools, each with its title for tests and, where it is not to run here, the reason. */
export const TOOLS: readonly { tool: Tool; title: string; unavailable?: string }[] = NAMES.map(
  (name, index) => {
    const tool = found[index];
    if (!tool) return { tool: { name, version: "" }, title: name, unavailable: `no ${name} on the PATH` };
    const title = `${name} ${tool.version}`;
    const isSecond = found.findIndex(Boolean) < index;
    return isSecond && !isThorough ? { tool, title, unavailable: THOROUGH_ONLY } : { tool, title };
  },
);

/** A folder with a configuration, where a tool runs with this repository's provider and nothing of the user's. */
export interface TerraformFolder extends AsyncDisposable {
  path: string;
  /** What the tool finds in its environment; a test may add to it. */
  environment: Record<string, string>;
  /** Runs the tool; rejects with what it told. */
  run(...args: string[]): Promise<string>;
  /** Everything that was printed until now. */
  printed: string[];
}

export const SOURCE = "external-infisical/externalinfisical";

/** @param installation the provider's place: text of a `provider_installation` block; default: this source tree */
export async function makeTerraformFolder(tool: Tool, installation?: string): Promise<TerraformFolder> {
  const path = await mkdtemp(join(tmpdir(), "external-infisical-tf-"));
  const rc = join(path, "cli.tfrc");
  await writeFile(rc, `provider_installation {\n${installation ?? (await overrides())}\n}\n`);
  const environment: Record<string, string> = {
    PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`,
    HOME: path,
    TF_CLI_CONFIG_FILE: rc,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? "",
  };
  const printed: string[] = [];
  return {
    path,
    environment,
    printed,
    async run(...args) {
      try {
        const { stdout, stderr } = await run(tool.name, args, {
          cwd: path,
          env: environment,
          maxBuffer: 1e9,
        });
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

/** The provider of this source tree, which then needs no `init`. */
async function overrides(): Promise<string> {
  const path = join(await builtProvider(), "local");
  const places = ["registry.terraform.io", "registry.opentofu.org"].map(
    (registry) => `"${registry}/${SOURCE}" = ${JSON.stringify(path)}`,
  );
  return `dev_overrides {\n${places.join("\n")}\n}\ndirect {}`;
}

let built: Promise<string> | undefined;

/** What `npm run build:terraform` makes. */
export function builtProvider(): Promise<string> {
  const files = ["provider", "scripts", "package.json", "package-lock.json"];
  built ??= kept("terraform", { files }, async (folder) => {
    await run(process.execPath, [join(root, "scripts/terraform/build.ts"), "--out", folder]);
  });
  return built;
}

export const readState = (folder: TerraformFolder) =>
  readFile(join(folder.path, "terraform.tfstate"), "utf8").catch(() => "{}");
