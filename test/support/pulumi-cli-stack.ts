/** A stack of the real Pulumi CLI whose program is in any language, with the plugin as `npm run build:plugin` makes it. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import manifest from "../../package.json" with { type: "json" };
import { kept } from "./kept.ts";
import { root } from "./node.ts";
import { QUICK_PASSPHRASE } from "./quick-passphrase.mjs";
import type { PlayedWorld } from "./world.ts";

/** Of one platform; it is the same for all. */
export const TARBALL = `pulumi-resource-externalinfisical-v${manifest.version}-linux-amd64.tar.gz`;

const run = promisify(execFile);

/** The Node of the project, which the plugin finds by the PATH. */
const PATH = [dirname(process.execPath), process.env["PATH"]].join(delimiter);

export const onPath = (program: string): Promise<boolean> =>
  run("sh", ["-c", `command -v ${program}`], { env: { PATH } }).then(
    () => true,
    () => false,
  );

export interface CliStack extends AsyncDisposable {
  path: string;
  /** The plugin by name and version, as `pulumi package add` is given it. */
  source: string;
  /** Runs `pulumi`, and answers all that it printed; rejects with that where it fails. */
  pulumi(...args: string[]): Promise<string>;
  /** Starts it in a process group of its own, as a terminal does, and answers all that it printed, however it ends. */
  start(...args: string[]): { group: number; ended: Promise<string> };
}

let built: Promise<string> | undefined;

/** What `npm run build:plugin` makes, without SDKs. */
function builtPlugin(): Promise<string> {
  built ??= keptPlugin("plugin", [], async (folder) => {
    await run(process.execPath, [join(root, "scripts/plugin/build.ts"), "--out", folder]);
  });
  return built;
}

/** What is made of the plugin's sources. @param texts of what else it is made */
export const keptPlugin = (name: string, texts: string[], make: (folder: string) => Promise<void>) =>
  kept(name, { files: ["provider", "scripts", "package.json", "package-lock.json"], texts }, make);

/** @param home where Pulumi keeps what is installed */
type Install = (stack: CliStack, home: string) => Promise<void>;

/** The plugin as a user installs it. */
const installPlugin: Install = async ({ pulumi }) => {
  const name = ["plugin", "install", "resource", "externalinfisical", manifest.version];
  await pulumi(...name, "--file", join(await builtPlugin(), TARBALL));
};

/** @param from folder of the program; its files are copied */
export async function openCliStack(
  world: PlayedWorld,
  from: string,
  more: Readonly<Record<string, string>> = {},
  install = installPlugin,
): Promise<CliStack> {
  const base = await mkdtemp(join(tmpdir(), "external-infisical-"));
  const [path, state, home] = [join(base, "program"), join(base, "state"), join(base, "home")];
  await cp(from, path, { recursive: true });
  await mkdir(state);
  const { source } = world;
  const env = {
    ...process.env,
    PATH,
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: pathToFileURL(state).href,
    PULUMI_CONFIG_PASSPHRASE: QUICK_PASSPHRASE,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    INFISICAL_HOST: source.server.url,
    INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: source.clientId,
    INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: source.clientSecret,
    ...more,
  };
  const stack: CliStack = {
    path,
    source: `externalinfisical@${manifest.version}`,
    async pulumi(...args) {
      const all = ["--non-interactive", "--color", "never", ...args];
      try {
        const { stdout, stderr } = await run("pulumi", all, { cwd: path, env });
        return stdout + stderr;
      } catch (error) {
        const { stdout, stderr } = error as { stdout: string; stderr: string };
        throw new Error(`pulumi ${args.join(" ")}\n${stdout}${stderr}`);
      }
    },
    start(...args) {
      const all = ["--non-interactive", "--color", "never", ...args];
      const child = spawn("pulumi", all, {
        cwd: path,
        env,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      });
      const printed: string[] = [];
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (text) => printed.push(String(text)));
      return { group: Number(child.pid), ended: once(child, "close").then(() => printed.join("")) };
    },
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
  await install(stack, home);
  await stack.pulumi("stack", "init", "dev");
  return stack;
}

/** What the examples in all languages are configured with. */
export async function configureExample(stack: CliStack, { source, destination }: PlayedWorld): Promise<void> {
  await stack.pulumi(
    "config",
    "set-all",
    ...["--plaintext", `instanceUrl=${destination.server.url}`],
    ...["--plaintext", `machineIdentityClientId=${destination.clientId}`],
    ...["--plaintext", `projectId=${source.projectId}`],
    ...["--plaintext", `destinationProjectId=${destination.projectId}`],
    ...["--secret", `machineIdentityClientSecret=${destination.clientSecret}`],
  );
}
