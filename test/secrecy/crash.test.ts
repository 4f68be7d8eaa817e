/** Processes that end by an error nobody caught: neither what they print nor Node's report tells a secret. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createLocalEngine } from "../../automation/engines/local/local-engine.ts";
import { connectionInputs, providerConfiguration, syncArguments } from "../support/arguments.ts";
import { makeFolder } from "../support/command-folder.ts";
import { fixture, root } from "../support/node.ts";
import { QUICK, QUICK_PASSPHRASE } from "../support/quick-passphrase.mjs";
import { bin, runCommand } from "../support/run-command.ts";
import { runInProcess } from "../support/run-in-process.ts";
import { makeStackFolder } from "../support/stack-folder.ts";
import { syncsYaml } from "../support/syncs-yaml.ts";
import { startWorld, type World } from "../support/world.ts";
import { filesBelow, processesAreHidden, processesWith } from "./machine.ts";
import { plantValues } from "./planted.ts";
import { leaksIn } from "./search.ts";
import { RUN } from "./watch-machine.ts";

const note = processesAreHidden === undefined ? "" : ` (${processesAreHidden})`;

/**
 * Settings of Node with which a signal leaves a report in the folder, and is an uncaught error then. Where Pulumi's SDK
 * catches that, Node writes no second report.
 */
async function crashing(folder: string): Promise<string> {
  const hook = join(folder, "crash.cjs");
  await writeFile(hook, 'process.once("SIGUSR2", () => { throw new Error("ended by this test"); });');
  await mkdir(join(folder, "reports"));
  return `--require ${hook} --report-on-signal --report-uncaught-exception --report-directory=${join(folder, "reports")}`;
}

function reportsIn(folder: string): string {
  const reports = filesBelow(join(folder, "reports")).map(({ text }) => text);
  expect(reports.length).toBeGreaterThan(0);
  for (const report of reports) expect(JSON.parse(report)).toHaveProperty("header.commandLine");
  return reports.join();
}

/** A stack that is to be deployed for the first time, with its own passphrase. */
interface Stack extends AsyncDisposable {
  path: string;
  backendUrl?: string;
}

const folderWithSyncs = (world: World): Promise<Stack> => makeFolder(syncsYaml(world));

/** Its program, and so its provider, has a process of its own. */
async function folderWithProgram(world: World, passphrase: string): Promise<Stack> {
  const folder = await makeStackFolder(fixture("scenario-stack"));
  await createLocalEngine().openStack({
    stack: "dev",
    workDir: folder.path,
    backendUrl: folder.backendUrl,
    envVars: { ...folder.envVars, PULUMI_CONFIG_PASSPHRASE: passphrase },
    config: providerConfiguration(world),
  });
  const sync = syncArguments(world, {});
  await folder.write("program.json", { connection: connectionInputs(world), resourceName: "sync", sync });
  return folder;
}

const runHere: typeof runCommand = (world, folder, args, environment) =>
  runInProcess(world, folder, args, [], environment);

test.skipIf(processesAreHidden !== undefined || !existsSync(bin)).each([
  ["the command", "bin.js", folderWithSyncs, runCommand],
  // Of a command in this process: it is one of its children that ends.
  ["the provider of the local engine", "dynamic-provider", folderWithProgram, runHere],
])(`%s${note} (needs npm run build)`, async (_name, argument, folderWith, run) => {
  const [here, there] = [plantValues(), plantValues()];
  await using world = await startWorld({ source: { ...here }, destination: { OLD: there.password } });
  const mark = randomUUID();
  const passphrase = `${QUICK_PASSPHRASE} ${randomUUID()}`;
  await using folder = await folderWith(world, passphrase);
  world.destination.server.fault({
    kind: "run",
    path: "/api/v4/secrets",
    action() {
      for (const { pid, args } of processesWith(RUN, mark))
        if (args.includes(argument)) process.kill(pid, "SIGUSR2");
    },
  });
  const { stdout, stderr } = await run(
    world,
    folder.path,
    ["up", "--yes", "--skip-preview", "--engine", "local"],
    {
      [RUN]: mark,
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      PULUMI_BACKEND_URL: folder.backendUrl ?? "",
      NODE_OPTIONS: `${QUICK.NODE_OPTIONS} ${await crashing(folder.path)}`,
    },
  );
  const everything = [stdout, stderr, reportsIn(folder.path)].join("\n");

  const credentials = {
    passphrase,
    "source's client secret": world.source.clientSecret,
    "destination's client secret": world.destination.clientSecret,
  };
  expect([here, there, credentials].flatMap((planted) => leaksIn(everything, planted))).toEqual([]);
});

const terraformProvider = join(root, "dist/provider/terraform/main.js");

test.skipIf(process.platform === "win32" || !existsSync(terraformProvider))(
  "the provider for Terraform (needs npm run build)",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const secret = randomUUID();
    const child = spawn(process.execPath, [terraformProvider], {
      env: {
        TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
        INFISICAL_CLIENT_SECRET: secret,
        NODE_OPTIONS: await crashing(folder),
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const printed: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => printed.push(String(text)));
    const closed = once(child, "close");
    await once(child.stdout, "data");
    child.kill("SIGUSR2");
    await closed;
    const everything = [...printed, reportsIn(folder)].join("\n");

    expect(leaksIn(everything, { "client secret": secret })).toEqual([]);
  },
);
