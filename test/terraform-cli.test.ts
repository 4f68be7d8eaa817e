/** The real tools, in what no scenario has: installation, imports, ends in mid-run, and what is left lying about. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, cp, mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { THIS_PLATFORM } from "../provider/terraform/install/mirror.ts";
import { root } from "./support/node.ts";
import {
  builtProvider,
  makeTerraformFolder,
  readState,
  type TerraformFolder,
  THOROUGH_ONLY,
  TOOLS,
  type Tool,
} from "./support/terraform/cli.ts";
import { configurationFile } from "./support/terraform/configuration.ts";
import { billing, makeExampleFolder } from "./support/terraform/example.ts";
import { CONNECTION, SYNC } from "./support/terraform/provider.ts";
import { unzip } from "./support/terraform/unzip.ts";
import { isThorough } from "./support/thorough.ts";
import { startWorld, type World } from "./support/world.ts";

const BUILD = join(root, "scripts/terraform/build.ts");
const BATCH = "/api/v4/secrets/batch";
const QUIET = ["-no-color", "-input=false"];

describe.each(TOOLS)("$title", ({ tool, unavailable }) => {
  const inTitle = unavailable === undefined ? "" : ` (not run: ${unavailable})`;

  it.skipIf(unavailable !== undefined)(
    `installs from a filesystem mirror with a lock file${inTitle}`,
    async () => {
      await using world = await startWorld();
      const { source, destination } = world;
      source.server.putSecrets(billing(source), { A: "1" });
      const out = await builtProvider();
      const block = `filesystem_mirror {\npath = ${JSON.stringify(join(out, "mirror"))}\n}`;
      await using folder = await makeExampleFolder(world, tool, block);

      await folder.run("init", ...QUIET);
      const { hashes } = JSON.parse(await readFile(join(out, "hashes.json"), "utf8")) as {
        hashes: Record<string, [ofPackage: string, ofZip: string]>;
      };
      const lock = await readFile(join(folder.path, ".terraform.lock.hcl"), "utf8");
      expect(lock).toContain(hashes[THIS_PLATFORM]?.[0] ?? "no hash");
      await folder.run("init", "-lockfile=readonly", ...QUIET);
      await apply(folder);
      expect(destination.server.readSecrets(billing(destination))).toEqual({ A: "1" });
      // In npm test the example for cdktn is planned again.
      if (isThorough) await expectNothingToDo(folder);
      // Terraform 1.11 keeps the names of sensitive attributes in any order, and takes another order for a change.
      if (tool.name === "tofu") await folder.run("plan", "-refresh-only", "-detailed-exitcode", ...QUIET);

      for (const program of await programsBelow(join(folder.path, ".terraform")))
        await appendFile(program, "\n");
      await expect(folder.run("plan", ...QUIET)).rejects.toThrow(/checksum/);
    },
  );

  it.skipIf(unavailable !== undefined)(
    `finds without any settings what the provider has put there itself${inTitle}`,
    async () => {
      await using world = await startWorld();
      await using folder = await makeExampleFolder(world, tool);
      await installWith(join(await builtProvider(), "local"), folder);
      await folder.run("init", ...QUIET);
      // Starts it, for its schema.
      await folder.run("validate", "-no-color");
    },
  );
});

const makesExecutable = isThorough ? undefined : THOROUGH_ONLY;

describe.each(TOOLS)("$title, one file with Node inside", ({ tool, unavailable = makesExecutable }) => {
  const inTitle = unavailable === undefined ? "" : ` (not run: ${unavailable})`;

  it.skipIf(unavailable !== undefined)(
    `goes through the life of a sync where there is no node on the PATH${inTitle}`,
    { timeout: 300_000 },
    async () => {
      await using world = await startWorld();
      world.source.server.putSecrets(billing(world.source), { A: "1" });
      await using folder = await makeExampleFolder(world, tool);
      const out = join(folder.path, "provider");
      await promisify(execFile)(process.execPath, [BUILD, "--executable", "--out", out]);
      const program = join(folder.path, "program");
      await mkdir(program);
      const { stdout } = await promisify(execFile)("sh", ["-c", `command -v ${tool.name}`]);
      await symlink(stdout.trim(), join(program, tool.name));
      folder.environment["PATH"] = program;
      await installWith(join(out, "local"), folder);
      await folder.run("init", ...QUIET);
      await folder.run("apply", "-auto-approve", ...QUIET);
      expect(world.destination.server.readSecrets(billing(world.destination))).toEqual({ A: "1" });
      await folder.run("plan", "-detailed-exitcode", ...QUIET);
      await folder.run("destroy", "-auto-approve", ...QUIET);
    },
  );
});

/** Calls the program in a folder under the name that it has in a zip, and leaves the tool without settings of the user's. */
async function installWith(local: string, { path, environment }: TerraformFolder): Promise<void> {
  const copy = join(path, "unpacked");
  await cp(local, copy, { recursive: true });
  const program = join(copy, "terraform-provider-externalinfisical");
  await rename(program, `${program}_v0.1.0`);
  await writeFile(environment["TF_CLI_CONFIG_FILE"] ?? "", "");
  await promisify(execFile)(`${program}_v0.1.0`, ["install"], { env: environment });
  expect(await readdir(join(path, ".terraform.d/plugins"))).toHaveLength(2);
}

const reason = isThorough ? undefined : THOROUGH_ONLY;

describe.each(TOOLS.map((one) => ({ ...one, unavailable: one.unavailable ?? reason })))(
  "$title, at length",
  ({ tool, unavailable }) => {
    const test = (title: string, run: () => Promise<void>) =>
      it.skipIf(unavailable !== undefined)(
        unavailable === undefined ? title : `${title} (not run: ${unavailable})`,
        run,
      );

    test("imports a sync of the engine by its place", async () => {
      await using world = await startWorld({ source: { A: "1", B: "2" }, destination: { A: "1" } });
      await using folder = await configured(world, tool);
      const place = `${world.source.projectId}/prod/app::dr-billing`;
      await folder.run("import", ...QUIET, `${SYNC}.sync`, place);
      await apply(folder);
      expect(world.destination.read()).toEqual({ A: "1", B: "2" });
      await expectNothingToDo(folder);
    });

    test("imports native objects by id and by name", async () => {
      await using world = await startWorld({ execution: "native", source: { A: "1" } });
      await using first = await configured(world, tool);
      await apply(first);
      const { connection, sync } = await idsIn(first);

      await using byId = await configured(world, tool);
      await byId.run("import", ...QUIET, `${CONNECTION}.connection`, connection);
      await byId.run("import", ...QUIET, `${SYNC}.sync`, sync);
      await apply(byId);
      expect(await idsIn(byId)).toEqual({ connection, sync });
      await expectNothingToDo(byId);

      await using byName = await configured(world, tool);
      await byName.run("import", ...QUIET, `${CONNECTION}.connection`, "dr-site");
      await byName.run("import", ...QUIET, `${SYNC}.sync`, `${world.source.projectId}::dr-billing`);
      expect(await idsIn(byName)).toEqual({ connection, sync });
    });

    test("ends an apply on Ctrl-C with a truthful state, and the next one finishes", async () => {
      await using world = await startWorld({ source: { A: "1" } });
      await using folder = await configured(world, tool);
      const ended = await endInMidApply(world, folder, tool, {
        during: "PATCH",
        end: ({ group }) => process.kill(-group, "SIGINT"),
      });
      expect(ended.printed).toMatch(/stopped half-way \(1 created\)/);
      expect(world.destination.read()).toEqual({ A: "1", B: "2" });
      expect(await keysIn(folder)).toEqual(["A", "B"]);
      await apply(folder);
      expect(world.destination.read()).toEqual({ B: "2" });
      await expectNothingToDo(folder);
    });

    test("keeps the state where the provider is killed in an apply, and the next one finishes", async () => {
      await using world = await startWorld({ source: { A: "1" } });
      await using folder = await configured(world, tool);
      const ended = await endInMidApply(world, folder, tool, {
        during: "DELETE",
        end: ({ provider }) => process.kill(provider, "SIGKILL"),
      });
      expect(ended.printed).toMatch(/Plugin did not respond/);
      expect(await keysIn(folder)).toEqual(["A"]);
      expect(world.destination.read()).toEqual({ A: "1", B: "2" });
      await apply(folder);
      expect(world.destination.read()).toEqual({ B: "2" });
      await expectNothingToDo(folder);
    });

    for (const secret of ["write-only", "as an argument"] as const)
      test(`leaves no value in output, trace, plan files and state, with the client secret ${secret}`, async () => {
        await using world = await startWorld();
        const { source, destination } = world;
        source.server.putSecrets(billing(source), {
          PASSWORD: "canary-one",
          URL: "https://${PASSWORD}@canary-two",
        });
        destination.server.putSecrets(billing(destination), { FOREIGN: "canary-three" });
        await using folder = await makeExampleFolder(world, tool);
        if (secret === "as an argument") await giveSecretAsArgument(folder);
        Object.assign(folder.environment, { TF_LOG: "TRACE", TF_LOG_PATH: join(folder.path, "trace.log") });
        const left = { plans: [] as string[], states: [] as string[] };
        const deploy = async () => {
          await folder.run("plan", "-out=plan.bin", ...QUIET);
          left.plans.push(await folder.run("show", "-json", "plan.bin"), await textsInPlan(folder));
          await folder.run("apply", ...QUIET, "plan.bin").catch(() => {});
          left.states.push(withPrivate(await readState(folder)));
        };

        // The server repeats what it was sent, as a careless proxy would.
        const body = '{"message":"bad value canary-one"}';
        destination.server.fault({ kind: "status", status: 400, path: BATCH, body });
        await deploy();
        await deploy();
        source.server.putSecrets(billing(source), { PASSWORD: "canary-four" });
        destination.server.putSecrets(billing(destination), { URL: "canary-five" });
        await deploy();
        expect(destination.server.readSecrets(billing(destination))["PASSWORD"]).toBe("canary-four");
        await folder.run("destroy", "-auto-approve", ...QUIET);
        const trace = await readFile(join(folder.path, "trace.log"), "utf8");
        const printed = folder.printed.filter((text) => !left.plans.includes(text));
        const shown = [...printed, trace].join("\n");
        const [plans, states] = [left.plans.join("\n"), left.states.join("\n")];

        expect(trace).toContain("PlanResourceChange");
        const everything = [shown, plans, states].join("\n");
        expect(everything).toContain("PASSWORD");
        expect(everything.match(/canary-\w+/g)).toBeNull();
        expect(everything.includes(source.clientSecret), "the source's client secret").toBe(false);
        const { clientSecret } = destination;
        const places = Object.entries({ shown, plans, states }).filter(([, text]) =>
          text.includes(clientSecret),
        );
        // Sensitive arguments are hidden in what is shown, and kept in clear in files: that is Terraform's way.
        expect(places.map(([name]) => name)).toEqual(secret === "write-only" ? [] : ["plans", "states"]);
      });
  },
);

async function configured(world: World, tool: Tool): Promise<TerraformFolder> {
  const folder = await makeTerraformFolder(tool);
  await writeFile(join(folder.path, "main.tf.json"), configurationFile(world, {}));
  return folder;
}

const apply = (folder: TerraformFolder) => folder.run("apply", "-auto-approve", ...QUIET);

/** Rejects where the plan has anything to do. */
const expectNothingToDo = (folder: TerraformFolder) => folder.run("plan", "-detailed-exitcode", ...QUIET);

interface State {
  resources?: { type: string; instances: { attributes: { id: string; keys?: Record<string, string> } }[] }[];
}

async function attributesIn(folder: TerraformFolder, type: string) {
  const { resources = [] } = JSON.parse(await readState(folder)) as State;
  return resources.find((one) => one.type === type)?.instances[0]?.attributes;
}

const keysIn = async (folder: TerraformFolder) => Object.keys((await attributesIn(folder, SYNC))?.keys ?? {});

const idsIn = async (folder: TerraformFolder) => ({
  connection: (await attributesIn(folder, CONNECTION))?.id ?? "",
  sync: (await attributesIn(folder, SYNC))?.id ?? "",
});

/**
 * Deploys A, makes B of it at the source, and ends the next apply during one of its two requests: the one that writes
 * B, or the one that deletes A, which comes after it.
 */
async function endInMidApply(
  { source, destination }: World,
  folder: TerraformFolder,
  { name }: Tool,
  {
    during,
    end,
  }: { during: "PATCH" | "DELETE"; end: (running: { group: number; provider: number }) => void },
): Promise<{ printed: string }> {
  await apply(folder);
  source.put({ B: "2" });
  source.drop("A");
  await folder.run("plan", "-out=plan.bin", ...QUIET);
  const pids = join(folder.path, "pids");
  const hook = join(folder.path, "pid.cjs");
  await writeFile(hook, `require("node:fs").appendFileSync(${JSON.stringify(pids)}, process.pid + "\\n");`);
  destination.server.fault({ kind: "delay", ms: 1000, path: BATCH, method: during });
  const writes = () =>
    destination.server.requests.filter(({ method, path }) => method === during && path === BATCH);
  const before = writes().length;

  // A group of its own, as a terminal has: Ctrl-C reaches the provider too.
  const child = spawn(name, ["apply", ...QUIET, "plan.bin"], {
    cwd: folder.path,
    env: { ...folder.environment, NODE_OPTIONS: `--require ${hook}` },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => printed.push(String(text)));
  const closed = once(child, "close");
  await vi.waitFor(() => expect(writes().length).toBeGreaterThan(before), { timeout: 20_000, interval: 20 });
  const provider = Number((await readFile(pids, "utf8")).trim().split("\n").at(-1));
  end({ group: Number(child.pid), provider });
  const [code] = (await closed) as [number | null];
  expect(code).toBe(1);
  return { printed: printed.join("").replaceAll(/[│╷╵]/g, " ").replaceAll(/\s+/g, " ") };
}

/** The other way to give the example's secret, without write-only arguments and ephemeral variables. */
async function giveSecretAsArgument({ path }: TerraformFolder): Promise<void> {
  const edit = async (name: string, change: (text: string) => string) => {
    const text = await readFile(join(path, name), "utf8");
    expect(change(text)).not.toBe(text);
    await writeFile(join(path, name), change(text));
  };
  await edit("variables.tf", (text) => text.replace(/ephemeral .*/, ""));
  await edit("main.tf", (text) =>
    text
      .replace(/connection_secrets .*/, "")
      .replace(/\w+_secret_wo_version .*/, "")
      .replace("client_secret_wo ", "client_secret "),
  );
}

async function textsInPlan({ path }: TerraformFolder): Promise<string> {
  const files = unzip(await readFile(join(path, "plan.bin")));
  expect([...files.keys()]).toContain("tfplan");
  return [...files.values()].map((bytes) => withPrivate(bytes.toString("utf8"))).join("\n");
}

/** A state beside what it keeps of the provider's own, decoded. */
function withPrivate(state: string): string {
  const found = state.matchAll(/"private": ?"([^"]+)"/g);
  return [state, ...[...found].map(([, text = ""]) => Buffer.from(text, "base64").toString("utf8"))].join(
    "\n",
  );
}

async function programsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(({ name }) => name.startsWith("terraform-provider-"))
    .map(({ parentPath, name }) => join(parentPath, name));
}
