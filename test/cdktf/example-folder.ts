import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { root } from "../support/node.ts";
import { builtProvider, type Tool } from "../support/terraform/cli.ts";
import { exampleValues } from "../support/terraform/example.ts";
import type { World } from "../support/world.ts";

const run = promisify(execFile);

/** A copy of an example as a user has one, with the provider in a filesystem mirror and nothing of the user's. */
export interface ExampleFolder extends AsyncDisposable {
  path: string;
  /** Runs a program there; rejects with what it told unless it ends with the expected code. */
  run(file: string, args: readonly string[], code?: number): Promise<string>;
}

/** @param projectId where at the destination the secrets go */
export async function copyExample(
  tool: Tool,
  { name, world, projectId }: { name: string; world: World; projectId: string },
): Promise<ExampleFolder> {
  const base = await mkdtemp(join(tmpdir(), "external-infisical-example-"));
  const path = join(base, "example");
  await cp(join(root, "examples", name), path, {
    recursive: true,
    // Somebody who tried the example where it is has left state there.
    filter: (file) => !/\.terraform|\.tfstate|cdktf\.out/.test(file),
  });
  await writeFile(join(path, "package.json"), '{ "type": "module", "private": true }');
  await mkdir(join(path, "node_modules"));
  await symlink(root, join(path, "node_modules/external-infisical"));
  for (const library of ["cdktf", "cdktn", "constructs"])
    await symlink(join(root, "node_modules", library), join(path, "node_modules", library));
  const provider = await builtProvider();
  await writeFile(
    join(base, "cli.tfrc"),
    `provider_installation {\nfilesystem_mirror {\npath = ${JSON.stringify(join(provider, "mirror"))}\n}\n}\n`,
  );
  const env = {
    PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`,
    HOME: base,
    TF_CLI_CONFIG_FILE: join(base, "cli.tfrc"),
    TF_CLI_ARGS: "-no-color",
    TF_INPUT: "0",
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? "",
    TERRAFORM_BINARY_NAME: tool.name,
    ...exampleValues(world, projectId),
  };
  return {
    path,
    async run(file, args, code = 0) {
      const done = await run(file, args, { cwd: path, env, maxBuffer: 1e9 }).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        (failed: { code: number; stdout: string; stderr: string }) => failed,
      );
      if (done.code !== code)
        throw new Error(`${file} ${args.join(" ")} ended with ${done.code}\n${done.stdout}${done.stderr}`);
      return done.stdout;
    },
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
}
