/** What a program in some language needs beside the Pulumi CLI, and how it gets the plugin's SDK without a registry. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type CliStack, onPath } from "./pulumi-cli-stack.ts";
import { isThorough } from "./thorough.ts";

const run = promisify(execFile);

interface Language {
  name: string;
  /** Why its programs cannot run here, if so. */
  lacking: string | undefined;
  /** For its own tools. */
  env?: Record<string, string>;
  /** Makes the SDK, where there is one. */
  prepare?(stack: Pick<CliStack, "pulumi" | "source" | "path">): Promise<void>;
}

/** Whether a program ends well. */
const works = (program: string, args: string[]) =>
  run(program, args).then(
    () => true,
    () => false,
  );

/** What the program uses, and what the SDK uses and is built with. */
const PACKAGES = "pulumi, parver, setuptools.command.bdist_wheel";

/** Modules are those that are here. */
const GO = { GOPROXY: "off", GOSUMDB: "off", GOFLAGS: "-mod=mod" };
const GO_SDK = "github.com/pulumi/pulumi/sdk/v3@v3.260.0";

async function isInGoCache(): Promise<boolean> {
  const { stdout } = await run("go", ["env", "GOMODCACHE"]);
  return existsSync(join(stdout.trim(), GO_SDK));
}

async function lacking(name: string, needs: readonly [string, () => Promise<boolean>][] = []) {
  for (const program of ["pulumi", `pulumi-language-${name}`])
    if (!(await onPath(program))) return `no ${program} on the PATH`;
  for (const [what, isThere] of needs) if (!(await isThere())) return `no ${what}`;
  return undefined;
}

export const LANGUAGES: readonly Language[] = [
  { name: "yaml", lacking: await lacking("yaml") },
  {
    name: "python",
    lacking: await lacking("python", [
      [
        "python3 with pulumi, parver and setuptools 70.1",
        () => works("python3", ["-c", `import ${PACKAGES}`]),
      ],
    ]),
    env: { PYTHONPATH: "site" },
    // What `pulumi package add` does, but that pip asks no registry.
    prepare: async ({ pulumi, source, path }) => {
      await pulumi("package", "gen-sdk", source, "--language", "python", "--out", "sdks");
      const offline = ["--no-index", "--no-deps", "--no-build-isolation", "--target", "site"];
      await run("python3", ["-m", "pip", "install", ...offline, "./sdks/python"], { cwd: path });
    },
  },
  {
    name: "go",
    // It compiles for minutes.
    lacking: isThorough
      ? await lacking("go", [
          ["go", () => works("go", ["version"])],
          [`${GO_SDK} in the cache of go`, isInGoCache],
        ])
      : "only in npm run test:all",
    env: GO,
    prepare: async ({ pulumi, source }) => {
      await pulumi("package", "add", source);
    },
  },
];
