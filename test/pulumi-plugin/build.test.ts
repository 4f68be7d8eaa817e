/** What `npm run build:plugin` makes is all that is needed elsewhere. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../support/node.ts";
import { LANGUAGES } from "../support/plugin-languages.ts";
import { cli } from "../support/pulumi-cli.ts";
import { keptPlugin, onPath, TARBALL } from "../support/pulumi-cli-stack.ts";

const run = promisify(execFile);
const PROGRAM = "pulumi-resource-externalinfisical";
const NODE = dirname(process.execPath);
const hasPulumi = await onPath("pulumi");

const python = LANGUAGES.find(({ name }) => name === "python");

const makesWheel = python !== undefined && python.lacking === undefined;
/** So that pip makes no wheel, and says why. */
const WITHOUT_WHEEL = { PIP_FIND_LINKS: "", PIP_NO_BUILD_ISOLATION: "1", PIP_NO_INDEX: "1" };

let built: string;
let told: string;
let elsewhere: string;

beforeAll(async () => {
  const tools = [cli?.version ?? "no pulumi", process.env["PATH"] ?? "", String(makesWheel)];
  built = await keptPlugin("plugin-and-sdks", tools, async (folder) => {
    const text = await build(folder, makesWheel ? python.env : WITHOUT_WHEEL);
    await writeFile(join(folder, "told.txt"), text);
  });
  told = await readFile(join(built, "told.txt"), "utf8");
  elsewhere = await mkdtemp(join(tmpdir(), "external-infisical-plugin-"));
  await run("tar", ["-xzf", join(built, TARBALL), "-C", elsewhere]);
});

afterAll(() => rm(elsewhere, { recursive: true, force: true }));

/** @returns what it has told */
async function build(out: string, environment: Record<string, string> = {}): Promise<string> {
  const script = join(root, "scripts/plugin/build.ts");
  const args = [script, "--out", out, ...(hasPulumi ? ["--sdks"] : [])];
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, ...environment } });
  return stdout;
}

test("there is a tarball for each platform, and nothing is in it but the program, by its two ways to start", async () => {
  const names = (await readdir(built)).filter((name) => name.startsWith(PROGRAM));
  const [, version] = /-v([\d.]+)-/.exec(TARBALL) ?? [];
  expect(names.toSorted()).toEqual(
    ["darwin-amd64", "darwin-arm64", "linux-amd64", "linux-arm64", "windows-amd64"].map(
      (platform) => `${PROGRAM}-v${version}-${platform}.tar.gz`,
    ),
  );
  const inside = await readdir(elsewhere);
  expect(inside.toSorted()).toEqual(["package.json", PROGRAM, `${PROGRAM}.cmd`, "source.map"].toSorted());
  expect(await readFile(join(elsewhere, `${PROGRAM}.cmd`), "utf8")).toBe(
    `@node "%~dp0pulumi-resource-externalinfisical" %*\r\n`,
  );
});

/** The first line of what it prints. */
async function firstLine(PATH: string, ...args: string[]): Promise<string> {
  const child = spawn(join(elsewhere, PROGRAM), args, {
    env: { PATH },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  child.kill();
  await ended;
  return line;
}

test.each([[["127.0.0.1:1"]], [["--logtostderr", "-v=9", "--tracing", "file:/trace", "127.0.0.1:1"]]])(
  "the first line is the port, started with %j",
  async (args) => {
    expect(await firstLine(`${NODE}:/usr/bin:/bin`, ...args)).toMatch(/^\d+$/);
  },
);

test("where there is no node, the first line says so, which is what Pulumi shows", async () => {
  expect(await firstLine("/nowhere", "127.0.0.1:1")).toMatch(/needs Node\.js .* no node on the PATH/);
});

test.skipIf(!hasPulumi)(
  `Pulumi installs it from a web server that has the tarballs${hasPulumi ? "" : " (not run: no pulumi on the PATH)"}`,
  async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(basename(request.url ?? ""));
      readFile(join(built, basename(request.url ?? ""))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const home = join(elsewhere, "home");
      const env = { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
      const which = ["resource", "externalinfisical", manifest.version];
      await run("pulumi", ["plugin", "install", ...which, "--server", url], { env });
      const installed = join(home, "plugins", `resource-externalinfisical-v${manifest.version}`);
      expect(await readdir(installed)).toContain(PROGRAM);
      expect(asked.filter((name) => name.startsWith(PROGRAM))).toHaveLength(1);
    } finally {
      server.close();
    }
  },
);

test.skipIf(!hasPulumi)(
  `SDKs are made for the languages that Pulumi's CLI knows${hasPulumi ? "" : " (not run: no pulumi on the PATH)"}`,
  async () => {
    // The CLI has that of Node in itself.
    const { stdout } = await run("tar", [
      ...["-xOzf", join(built, `pulumi-externalinfisical-v${manifest.version}-sdk-nodejs.tar.gz`)],
      "./secretSync.ts",
    ]);
    expect(stdout).toContain("export class SecretSync extends pulumi.CustomResource");
    expect(stdout).toMatch(/readonly connection!?: pulumi\.Output<Connection/);
  },
);

test.skipIf(python?.lacking !== undefined)(
  `the SDK for Python is a wheel as well${python?.lacking ? ` (not run: ${python.lacking})` : ""}`,
  async () => {
    const wheel = `pulumi_externalinfisical-${manifest.version}-py3-none-any.whl`;
    const { stdout } = await run("python3", ["-m", "zipfile", "-l", join(built, wheel)]);
    for (const file of ["secret_sync.py", "pulumi-plugin.json"])
      expect(stdout).toContain(`pulumi_externalinfisical/${file}`);
    expect(told).toContain(wheel);
  },
);

test.skipIf(!hasPulumi)(
  `what is not made is told with the reason${hasPulumi ? "" : " (not run: no pulumi on the PATH)"}`,
  async () => {
    const text = makesWheel ? await build(join(elsewhere, "out"), WITHOUT_WHEEL) : told;
    // Of each language there is a file, or a line.
    for (const language of ["nodejs", "python", "go", "dotnet", "java"])
      expect(text).toMatch(new RegExp(`sdk-${language}\\.tar\\.gz$|^No SDK for ${language}: .{10}`, "m"));
    if (text.includes("sdk-python")) expect(text).toMatch(/^No wheel of the SDK for python: .{10}/m);
  },
);
