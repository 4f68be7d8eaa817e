/** What a program in some language needs beside the Pulumi CLI, and how it gets the plugin's SDK without a registry. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { onPath } from "./pulumi-cli-stack.ts";
import { isThorough } from "./thorough.ts";

const run = promisify(execFile);

interface Language {
  name: string;
  /** Why its programs cannot run here, if so. */
  lacking: string | undefined;
  /** For its own tools. */
  env?: Record<string, string>;
  /** Programs need an SDK, which `pulumi package add` makes. */
  hasSdk: boolean;
  /** Puts there what that would download. @param path folder of the program */
  prepare?(path: string): Promise<void>;
}

/** Whether a program ends well. */
const works = (program: string, args: string[]) =>
  run(program, args).then(
    () => true,
    () => false,
  );

/** What the program uses, and what the SDK uses and is built with. */
const PACKAGES = "pulumi, parver, venv, setuptools.command.bdist_wheel";

/** Packages are those that are here, also those that a package is built with. */
const OFFLINE_PIP = { PIP_NO_INDEX: "1", PIP_FIND_LINKS: "", PIP_NO_BUILD_ISOLATION: "0" };

/** The environment that Pulumi would make, which has the packages of this machine's Python. */
async function makeEnvironment(path: string): Promise<void> {
  await run("python3", ["-m", "venv", "--without-pip", "venv"], { cwd: path });
  const placeOf = async (python: string, what: string) =>
    (await run(python, ["-c", `${what}; print(place)`], { cwd: path })).stdout.trim();
  const site = await placeOf("venv/bin/python", 'import sysconfig; place = sysconfig.get_path("purelib")');
  const here = await placeOf("python3", "import os, pulumi; place = os.path.dirname(pulumi.__path__[0])");
  await writeFile(join(site, "here.pth"), `${here}\n`);
  // Pulumi asks for it, and newer setuptools do without.
  const wheel = join(site, "wheel-1.dist-info");
  await mkdir(wheel);
  await writeFile(join(wheel, "METADATA"), "Metadata-Version: 2.1\nName: wheel\nVersion: 1\n");
}

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
  { name: "yaml", lacking: await lacking("yaml"), hasSdk: false },
  {
    name: "python",
    lacking: await lacking("python", [
      [
        "python3 with pulumi, parver and setuptools 70.1",
        () => works("python3", ["-c", `import ${PACKAGES}`]),
      ],
    ]),
    env: OFFLINE_PIP,
    hasSdk: true,
    prepare: makeEnvironment,
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
    hasSdk: true,
  },
];
