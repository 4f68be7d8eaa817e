/** What instances have is declared in each form, and what is written is run: all is imported, and nothing else happens. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createControlPlane } from "../../../provider/infisical/control-plane/index.ts";
import { sourceClient } from "../../../provider/resources/clients.ts";
import { readConfig } from "../../../provider/resources/config.ts";
import { type NativeWorld, startNativeWorld } from "../../../test/native/provider-calls.ts";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { ENGINES, THOROUGH_ENGINES } from "../../../test/support/engines.ts";
import { runCommand } from "../../../test/support/run-command.ts";
import { runInProcess } from "../../../test/support/run-in-process.ts";
import { makeStackFolder } from "../../../test/support/stack-folder.ts";
import { makeTerraformFolder, TOOLS } from "../../../test/support/terraform/cli.ts";
import { isThorough } from "../../../test/support/thorough.ts";
import { type Target, writeDeclaration } from "../declare/formats.ts";
import { asPulumi } from "../declare/pulumi.ts";
import { adopt } from "./adopt.ts";
import { declarationOf } from "./declaration.ts";

/** An instance with a sync and its connection, and one connection that nothing uses. */
async function startUsed() {
  const world = await startNativeWorld({ source: { A: "canary-1", B: "canary-2" } });
  const connection = await world.create("connection", world.connection);
  const spare = await world.create("connection", { ...world.connection, name: "spare", description: "x" });
  const sync = await world.create(
    "secretSync",
    world.sync(connection.id, {
      description: 'for "DR" ${x} %{if}',
      syncOptions: { initialSyncBehavior: "overwrite-destination", includeAllSubFolders: true },
    }),
  );
  await world.provider.nextPhase();
  return Object.assign(world, { ids: [connection.id, spare.id, sync.id].sort() });
}

type Used = Awaited<ReturnType<typeof startUsed>>;

const configOf = ({ source }: NativeWorld) =>
  readConfig({ host: source.server.url, clientId: source.clientId, clientSecret: source.clientSecret }, {});

const declare = (world: NativeWorld, target: Target) => {
  const source = configOf(world);
  const plane = createControlPlane(sourceClient(world.provider.context()));
  return adopt({
    plane,
    source,
    projectId: world.source.projectId,
    project: "adopted",
    target,
    environment: {},
  });
};

/** What was asked of the instances but reading and logins. */
const writes = ({ source, destination }: NativeWorld) =>
  [...source.server.requests, ...destination.server.requests]
    .filter(({ method, path }) => method !== "GET" && !path.endsWith("/login"))
    .map(({ method, path }) => `${method} ${path}`);

const environmentOf = ({ source, destination }: NativeWorld) => ({
  INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: source.clientSecret,
  ...Object.fromEntries(
    [
      ["EXTERNAL_INFISICAL_DR_SITE_CLIENT_SECRET", "EXTERNAL_INFISICAL_SPARE_CLIENT_SECRET"],
      ["TF_VAR_dr_site_client_secret", "TF_VAR_spare_client_secret"],
      ["drSiteClientSecret", "spareClientSecret"],
    ].flatMap((names) => names.map((name) => [name, destination.clientSecret])),
  ),
});

/** Ids of our resources in the state of the stack. */
async function recordedIds(stateFolder: string): Promise<string[]> {
  const text = await readFile(join(stateFolder, ".pulumi/stacks/adopted/dev.json"), "utf8");
  const state = JSON.parse(text) as {
    checkpoint: { latest: { resources: { type: string; id?: string }[] } };
  };
  return state.checkpoint.latest.resources
    .filter(({ type }) => type.includes("external-infisical"))
    .map(({ id = "" }) => id)
    .sort();
}

/** Deploys, and previews once more. */
async function deploy(
  world: Used,
  folder: string,
  stateFolder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
) {
  const env = { ...environmentOf(world), PULUMI_BACKEND_URL: `file://${stateFolder}`, ...environment };
  const before = writes(world).length;
  const secrets = ["--secret-config", "drSiteClientSecret", "--secret-config", "spareClientSecret"];
  const up = await runInProcess(
    world,
    folder,
    ["up", "--yes", "--skip-preview", "--json", ...args, ...secrets],
    [],
    env,
  );
  expect(up).toMatchObject({ code: 0 });
  const { summary, resources } = JSON.parse(up.stdout) as {
    summary: Record<string, number>;
    resources: { name: string; operation: string; sync?: { keys: unknown[]; unchanged: number } }[];
  };
  expect(summary).toEqual({ create: 1, import: 3 });
  expect(resources.find(({ name }) => name === "dr-billing")).toMatchObject({
    operation: "import",
    sync: { keys: [], unchanged: 2 },
  });
  expect(await recordedIds(stateFolder)).toEqual(world.ids);
  const again = await runInProcess(world, folder, ["preview", "--expect-no-changes", ...args], [], env);
  expect(again).toMatchObject({ code: 0 });
  expect(writes(world).slice(before)).toEqual([]);
}

describe.each(ENGINES)("syncs.yaml, $title", ({ engine, isPlayed }) => {
  it.runIf(isPlayed)("imports all that is there, and then there is nothing to do", async () => {
    await using world = await startUsed();
    await using folder = await makeFolder("");
    const file = join(folder.path, "adopted.yaml");
    const adopted = await declare(world, { format: "syncs", place: file });
    expect(adopted.omitted).toEqual([]);
    const text = await readFile(file, "utf8");
    for (const secret of [world.source.clientSecret, world.destination.clientSecret, "canary"])
      expect(text).not.toContain(secret);
    await deploy(world, folder.path, folder.path, ["--engine", engine, "-f", file], {});
    // A second file is not written over the first.
    await expect(declare(world, { format: "syncs", place: file })).rejects.toMatchObject({
      code: "invalid-config",
    });
    expect((await stat(file)).size).toBe(text.length);
  });
});

describe.each(THOROUGH_ENGINES)("a preview, $title", ({ engine, isPlayed }) => {
  it.runIf(isPlayed)("tells imports, and what the instance's next run puts right", async () => {
    await using world = await startUsed();
    await using folder = await makeFolder("");
    world.destination.drop("A");
    world.destination.put({ THEIRS: "x" });
    const file = join(folder.path, "adopted.yaml");
    await declare(world, { format: "syncs", place: file });
    const env = { ...environmentOf(world), PULUMI_BACKEND_URL: `file://${folder.path}` };
    const args = ["preview", "--engine", engine, "-f", file];
    const preview = await runCommand(world, folder.path, args, env);
    expect(preview).toMatchObject({ code: 0 });
    expect(preview.stdout).toMatch(/= .*dr-billing\s+import\n/);
    expect(preview.stdout).toMatch(/\+ A\s+1@\w{8} {2}restore \(missing at the destination\)/);
    expect(preview.stdout).toMatch(/- THEIRS\s+delete \(destination has 1@\w{8}, not written by this sync\)/);
    expect(preview.stdout).toContain("keys: 1 to create, 1 to delete, 1 unchanged");
    expect(preview.stdout).toContain("= 3 to import");
  });
});

describe.each(THOROUGH_ENGINES)("a Pulumi program, $title", ({ engine, isPlayed }) => {
  it.runIf(isPlayed)("imports all that is there, and then there is nothing to do", async () => {
    await using world = await startUsed();
    await using made = await makeFolder("");
    const place = join(made.path, "program");
    await declare(world, { format: "pulumi", place });
    await using folder = await makeStackFolder(place);
    await deploy(world, folder.path, folder.stateFolder, ["--engine", engine], folder.envVars);
  });
});

describe.each(TOOLS)("HCL, $title", ({ tool, unavailable }) => {
  const reason = unavailable === undefined ? "" : ` (not run: ${unavailable})`;
  it.skipIf(unavailable !== undefined)(
    `plans imports and nothing else, and applies them; then there is nothing to do, in npm run test:all${reason}`,
    async () => {
      await using world = await startUsed();
      await using folder = await makeTerraformFolder(tool);
      const { written } = await declare(world, { format: "terraform", place: folder.path });
      expect(written.variables).toContain("TF_VAR_spare_client_secret");
      Object.assign(folder.environment, environmentOf(world));
      const before = writes(world).length;
      expect(await folder.run("fmt", "-check", "-diff")).toBe("");
      const planned = await folder.run("plan", "-no-color", "-input=false", "-out=reviewed.tfplan");
      expect(planned).toContain("Plan: 3 to import, 0 to add, 0 to change, 0 to destroy.");
      expect(await folder.run("apply", "-no-color", "reviewed.tfplan")).toContain(
        "3 imported, 0 added, 0 changed, 0 destroyed",
      );
      if (isThorough) await folder.run("plan", "-detailed-exitcode", "-input=false");
      expect(writes(world).slice(before)).toEqual([]);
      const state = await readFile(join(folder.path, "terraform.tfstate"), "utf8");
      for (const id of world.ids) expect(state).toContain(id);
      expect(folder.printed.join() + state).not.toContain(world.destination.clientSecret);
    },
  );
});

it("writes no program with variables and imports that it does not use", () => {
  const connections = [{ name: "spare", args: {} }];
  const source = { host: "https://source.example.com", clientId: undefined };
  const { files } = asPulumi({ project: "adopted", source, connections, syncs: [], isTakenOver: true });
  const text = files.find(({ name }) => name === "index.ts")?.text;
  expect(text).toContain('import { ExternalInfisicalConnection } from "external-infisical";');
  expect(text).toContain('\nnew ExternalInfisicalConnection("spare", {');
});

it("leaves out what cannot be declared, and says why", async () => {
  await using world = await startUsed();
  await using folder = await makeFolder("");
  const plane = createControlPlane(sourceClient(world.provider.context()));
  const [sync] = await plane.listSyncs(world.source.projectId);
  const [connection] = await plane.listConnections();
  if (!sync || !connection) throw new Error("There is nothing to declare.");
  const elsewhere = {
    ...connection,
    credentials: { ...connection.credentials, instanceUrl: "http://dr:80" },
  };
  const found = {
    syncs: [sync, { ...sync, name: "orphan", environment: undefined, folder: undefined }],
    connections: [elsewhere, { ...connection, projectId: world.source.projectId }],
  };
  const { declaration, omitted } = declarationOf(found, configOf(world), "adopted");
  expect(omitted).toEqual([
    "orphan: its source folder was deleted",
    `a second connection named ${connection.name}, which no sync uses`,
  ]);
  expect(declaration.connections).toMatchObject([{ args: { allowInsecureHttp: true } }]);
  const place = join(folder.path, "adopted.yaml");
  const { next } = await writeDeclaration(declaration, { format: "syncs", place }, {});
  expect(next[0]).toContain("adopted.yaml");
});

it("writes no file where the instance has nothing to tell", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  await using folder = await makeFolder("");
  const target = { format: "terraform", place: join(folder.path, "hcl") } as const;
  await expect(declare(world, target)).rejects.toThrow(/sees no Infisical Sync.*and no Infisical Connection/);
  world.source.server.fault({ kind: "status", status: 403, method: "GET", path: "/api/v1/secret-syncs" });
  await expect(declare(world, target)).rejects.toMatchObject({ code: "forbidden" });
  expect(await readdir(folder.path)).not.toContain("hcl");
});

it("leaves out what has a name or text that could not have been declared, with the syncs that use it", async () => {
  await using world = await startUsed();
  const plane = createControlPlane(sourceClient(world.provider.context()));
  const [sync] = await plane.listSyncs(world.source.projectId);
  const all = await plane.listConnections();
  const connection = all.find(({ id }) => id === sync?.connectionId);
  if (!sync || !connection) throw new Error("There is nothing to declare.");
  const hostile = 'x", {}); process.exit(); //\u2028${';
  const found = {
    syncs: [
      sync,
      { ...sync, name: hostile },
      {
        ...sync,
        name: "newer",
        syncOptions: { initialSyncBehavior: "merge", disableSecretDeletion: undefined },
      },
      { ...sync, name: "planted", description: "a ${env:HOME}" },
      { ...sync, name: "user", connectionId: "c2" },
    ],
    connections: [
      connection,
      { ...connection, id: "c2", name: hostile },
      {
        ...connection,
        id: "c3",
        name: "no-url",
        credentials: { ...connection.credentials, instanceUrl: "no" },
      },
    ],
  };
  const { declaration, omitted } = declarationOf(found, configOf(world), "adopted");
  expect(declaration.syncs.map(({ name }) => name)).toEqual([sync.name]);
  expect(declaration.connections.map(({ name }) => name)).toEqual([connection.name]);
  expect(omitted).toEqual([
    expect.stringMatching(/^"x\\", \{\}\); process\.exit\(\); \/\/ \$\{": name: must be lower-case letters/),
    expect.stringMatching(/^newer: syncOptions\.initialSyncBehavior: /),
    expect.stringMatching(/^planted: one of its texts reads like a reference/),
    "user: its connection is left out",
    expect.stringMatching(/^connection "x\\", .*: name: must be lower-case letters/),
    "connection no-url: instanceUrl: must be an http or https URL",
  ]);
});
