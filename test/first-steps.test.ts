/**
 * The first steps do what README.md and docs/first-steps.md print: the files are written from the pages, and the commands
 * run as they stand there. But ports are free ones, the state's key is made in one round, packages are linked and not installed,
 * and questions are answered.
 */
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { InfisicalSDK } from "@infisical/sdk";
import { expect, test, vi } from "vitest";
import type { Overview } from "../automation/commands/dev-server/overview.ts";
import { readSeed, withIdentities } from "../automation/commands/dev-server/seed.ts";
import { seedSchemaOf, startInfisicalServer } from "../infisical-server/index.ts";
import { root } from "./support/node.ts";
import { LANGUAGES } from "./support/plugin-languages.ts";
import { printedCommands, printedFiles } from "./support/printed.ts";
import { cli } from "./support/pulumi-cli.ts";
import { QUICK, QUICK_PASSPHRASE } from "./support/quick-passphrase.mjs";
import { bin, spawnCommand } from "./support/run-command.ts";
import { TOOLS } from "./support/terraform/cli.ts";

const run = promisify(execFile);
const EXAMPLE = join(root, "examples/first-steps");
const readme = await readFile(join(root, "README.md"), "utf8");
const page = await readFile(join(root, "docs/first-steps.md"), "utf8");
const files = [...printedFiles(readme), ...printedFiles(page)];

const BARE_PATH = [dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
const FULL_PATH = [
  dirname(process.execPath),
  ...(cli ? [dirname(cli.command)] : []),
  process.env["PATH"],
].join(delimiter);

test("each file that is printed is in the folder, and each file there is printed", async () => {
  const there = (await readdir(EXAMPLE, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name !== "README.md")
    .map(({ parentPath, name }) => join(parentPath, name).slice(EXAMPLE.length + 1));
  expect(files.map(([name]) => name).toSorted()).toEqual(there.toSorted());
  for (const [name, text] of files) expect(text, name).toBe(await readFile(join(EXAMPLE, name), "utf8"));
});

test("what is installed is what npm pack makes", async () => {
  const manifest = await readFile(join(root, "package.json"), "utf8");
  const { name, version, scripts } = JSON.parse(manifest) as {
    name: string;
    version: string;
    scripts: Record<string, string>;
  };
  expect(printedCommands(readme, "npm ci && npm pack")).toContain(
    `npm install ../${name}/${name}-${version}.tgz\n`,
  );
  expect(scripts["prepack"]).toBe("npm run build");
});

test("syncs.yaml, with nothing but npm and Node", { timeout: 240_000 }, async () => {
  await using folder = await makeFolder(startByCommand);
  const told = await folder.play(printedCommands(readme, "external-infisical preview"), BARE_PATH, QUICK);
  expect(told).toMatch(/syncs.yaml is right: project first-steps, 2 syncs, 1 connection/);
  expect(told).toMatch(/- OLD_TOKEN +delete \(destination has .*, not written by this sync\)/);
  await folder.expectDeployed();
});

test.skipIf(!cli)(
  `Pulumi, ${cli ? `v${cli.version}` : "not run: no pulumi on the PATH"}`,
  { timeout: 240_000 },
  async () => {
    await using folder = await makeFolder();
    const told = await folder.play(printedCommands(page, "pulumi -C pulumi stack init dev"), FULL_PATH);
    expect(told).toMatch(/OLD_TOKEN: "delete \(destination has .*, not written by this sync\)"/);
    await folder.expectDeployed();
  },
);

/** What it takes to go the steps of these languages where nothing is downloaded. */
for (const { name, lacking, env, prepare } of LANGUAGES.filter(({ name }) => name !== "go"))
  test.skipIf(lacking !== undefined)(
    `Pulumi in ${name}${lacking ? ` (not run: ${lacking})` : ""}`,
    { timeout: 240_000 },
    async () => {
      await using folder = await makeFolder();
      const [, install] = printedCommands(page, "npm run build:plugin").trim().split("\n");
      const built = join(folder.path, "../dist/pulumi-plugin");
      await run(process.execPath, [join(root, "scripts/plugin/build.ts"), "--out", built]);
      await folder.play(`cd ..; ${install}`, FULL_PATH);
      await prepare?.(join(folder.path, name));
      const told = await folder.play(printedCommands(page, `cd ${name}`), FULL_PATH, env);
      expect(told).toMatch(/OLD_TOKEN: "delete \(destination has .*, not written by this sync\)"/);
      await folder.expectDeployed();
    },
  );

for (const { tool, title, unavailable } of TOOLS)
  test.skipIf(unavailable)(
    `${title}${unavailable ? ` (not run: ${unavailable})` : ""}`,
    { timeout: 240_000 },
    async () => {
      await using folder = await makeFolder();
      await folder.play(printedCommands(page, "npx external-infisical terraform install"), FULL_PATH);
      const commands = printedCommands(page, "terraform init").replaceAll(
        /^terraform (?=init|plan|apply)/gm,
        `${tool.name} `,
      );
      const told = await folder.play(commands, FULL_PATH);
      expect(told).toMatch(/"OLD_TOKEN" += "delete \(destination has .*, not written by this sync\)"/);
      await folder.expectDeployed();
    },
  );

/** Two instances with the printed contents. */
interface Instances extends AsyncDisposable {
  source: string;
  destination: string;
}

/** Both instances of the printed command. */
async function startByCommand(path: string): Promise<Instances> {
  const [, , ...args] = printedCommands(readme, "npx external-infisical dev-server").trim().split(" ");
  const servers = spawnCommand(path, [...args, "--port", "0", "--second-port", "0", "--json"], {});
  const { instances } = await vi.waitFor(() => JSON.parse(servers.output.stdout) as Overview, {
    timeout: 120_000,
  });
  const [source = "", destination = ""] = instances.map(({ url }) => url);
  return {
    source,
    destination,
    async [Symbol.asyncDispose]() {
      servers.signal("SIGTERM");
      await servers.ended;
    },
  };
}

/** The same in this process. */
async function startHere(path: string): Promise<Instances> {
  const start = async (seed: string) =>
    startInfisicalServer({
      seed: withIdentities(await readSeed(join(path, seed), seedSchemaOf("newest"))),
    });
  const [source, destination] = [await start("source.yaml"), await start("destination.yaml")];
  return {
    source: source.url,
    destination: destination.url,
    async [Symbol.asyncDispose]() {
      await source.close();
      await destination.close();
    },
  };
}

/** A folder with the printed files, where commands run, and both instances. */
async function makeFolder(startInstances = startHere) {
  const base = await mkdtemp(join(tmpdir(), "external-infisical-first-steps-"));
  const path = join(base, "first-steps");
  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  };
  for (const [name, text] of files) await write(name, text);

  const instances = await startInstances(path);
  const { source, destination } = instances;
  for (const [name, text] of files)
    await write(
      name,
      text
        .replace("http://127.0.0.1:8090", source)
        .replace("http://127.0.0.1:8091", destination)
        .replace("only-for-the-first-steps", `"${QUICK_PASSPHRASE}"`),
    );

  // What npm install makes.
  const command = "node_modules/.bin/external-infisical";
  await write(command, `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`);
  await chmod(join(path, command), 0o755);
  await mkdir(join(path, "node_modules/@pulumi"));
  for (const [name, target] of [
    ["external-infisical", root],
    ["@pulumi/pulumi", join(root, "node_modules/@pulumi/pulumi")],
  ] as const)
    await symlink(target, join(path, "node_modules", name));

  return {
    path,
    async [Symbol.asyncDispose]() {
      await instances[Symbol.asyncDispose]();
      await rm(base, { recursive: true, force: true });
    },
    /** Runs commands as one script, with nothing of the user's settings; answers with all that they print. */
    async play(commands: string, PATH: string, more: Record<string, string> = {}): Promise<string> {
      const quiet = { PULUMI_SKIP_UPDATE_CHECK: "true", CHECKPOINT_DISABLE: "1", TF_CLI_ARGS: "-no-color" };
      // Children find what others have compiled before them.
      const compiled = { NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? "" };
      const env = { PATH, HOME: base, PULUMI_HOME: join(base, "home"), ...quiet, ...compiled, ...more };
      const { stdout, stderr } = await run("sh", ["-ec", answered(commands)], {
        cwd: path,
        env,
        maxBuffer: 1e9,
      });
      return stdout + stderr;
    },
    async expectDeployed(): Promise<void> {
      const seeded = await readFile(join(path, "destination.yaml"), "utf8");
      const [projectId = "", clientId = "", clientSecret = ""] = ["- id", "clientId", "clientSecret"].map(
        (field) => new RegExp(`${field}: (.*)`).exec(seeded)?.[1],
      );
      const sdk = new InfisicalSDK({ siteUrl: destination });
      await sdk.auth().universalAuth.login({ clientId, clientSecret });
      const keysOf = async (secretPath: string) => {
        const { secrets } = await sdk.secrets().listSecrets({ projectId, environment: "prod", secretPath });
        return secrets.map(({ secretKey }) => secretKey).toSorted();
      };
      expect(await keysOf("/billing")).toEqual(["DB_PASSWORD", "DB_URL", "STRIPE_API_KEY"]);
      expect(await keysOf("/shop")).toEqual(["SESSION_KEY"]);
    },
  };
}

/** Where no terminal is, nobody is asked. */
const answered = (commands: string) =>
  commands
    // What it would show and ask is what the preview has shown.
    .replace(/^(external-infisical|pulumi).* up$/gm, "$& --yes --skip-preview")
    .replace(/^(terraform|tofu) apply$/gm, "$& -auto-approve");
