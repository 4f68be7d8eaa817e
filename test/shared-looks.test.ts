/** Syncs whose folders lie in one environment are looked at by one list a side, and nothing else comes of it. */
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { makeFolder } from "./support/command-folder.ts";
import { ENGINES } from "./support/engines.ts";
import { runInProcess } from "./support/run-in-process.ts";
import { startWorld, type Values, type World } from "./support/world.ts";

const ENVIRONMENTS = ["dev", "prod"];
const FOLDERS = ["/fleet/a", "/fleet/b", "/fleet/b/below", "/fleet/c"];
/** Unlike any text of a message. */
const valueAt = (environment: string, path: string) =>
  `zx${ENVIRONMENTS.indexOf(environment)}-w${FOLDERS.indexOf(path)}`;
type Rule = { secretPath: string; keys?: string[]; role: "no-access" };
const LIST = "/api/v4/secrets";
const CLI = ENGINES.find(({ engine }) => engine === "pulumi");

const fleetOf = (world: World, more = "") => `project: fleet
backend: file://./state
source:
  host: ${world.source.server.url}
  clientId: ${world.source.clientId}
  clientSecret: \${env:SOURCE_SECRET}
connections:
  other:
    instanceUrl: ${world.destination.server.url}
    machineIdentityClientId: ${world.destination.clientId}
    machineIdentityClientSecret: \${env:DESTINATION_SECRET}
${more}
syncs:${ENVIRONMENTS.flatMap((environment) =>
  FOLDERS.map(
    (secretPath, index) => `
  ${environment}-${index}:
    connection: other
    projectId: ${world.source.projectId}
    environment: ${environment}
    secretPath: ${secretPath}
    destinationConfig:
      projectId: ${world.destination.projectId}
      environment: ${environment}
      secretPath: ${secretPath}
    syncOptions: { initialSyncBehavior: overwrite-destination }`,
  ),
).join("")}
`;

/** @param edit changes the file; the engine is the local one if none is named */
async function deployed(
  more?: string,
  edit = (file: string, _second: string) => file,
  engine?: readonly string[],
) {
  const world = await startWorld();
  const { source, destination } = world;
  // Rules for folders, which tests add later.
  const rules = { source: [] as Rule[], destination: [] as Rule[] };
  for (const side of ["source", "destination"] as const) {
    const { server, projectId } = world[side];
    const membership = { projectId, role: "member" as const, paths: rules[side] };
    Object.assign(world[side], server.createIdentity({ memberships: [membership] }));
  }
  const at = (side: typeof source, environment: string, secretPath: string) => ({
    projectId: side.projectId,
    environment,
    secretPath,
  });
  const put = (environment: string, path: string, values: Values) =>
    source.server.putSecrets(at(source, environment, path), values);
  for (const environment of ENVIRONMENTS)
    for (const path of FOLDERS) put(environment, path, { KEY: valueAt(environment, path), SAME: "qqq-qqq" });
  const { projectId } = destination;
  const second = destination.server.createIdentity({ memberships: [{ projectId, role: "member" }] });
  const folder = await makeFolder(edit(fleetOf(world, more), second.clientId));
  const secrets = {
    SOURCE_SECRET: source.clientSecret,
    DESTINATION_SECRET: destination.clientSecret,
    SECOND_SECRET: second.clientSecret,
  };
  const run = (...args: string[]) => runInProcess(world, folder.path, args, engine, secrets);
  const first = await run("up", "--yes");
  expect(first.code, first.stderr).toBe(0);
  const lists = async (...args: string[]) => {
    for (const { server } of [source, destination]) server.clearRequests();
    const ended = await run(...args);
    const count = [source, destination].map(
      ({ server }) => server.requests.filter(({ method, path }) => method === "GET" && path === LIST).length,
    );
    return { ...ended, lists: count };
  };
  return {
    world,
    rules,
    put,
    lists,
    /** The folders that were listed. */
    roots: () =>
      [source, destination].flatMap(({ server }) =>
        server.requests.flatMap(({ path, query }) => (path === LIST ? [query["secretPath"]] : [])),
      ),
    read: (environment: string, path: string) =>
      destination.server.readSecrets(at(destination, environment, path)),
    drop: (side: "source" | "destination", environment: string, path: string, ...keys: string[]) =>
      world[side].server.deleteSecrets(at(world[side], environment, path), keys),
    async [Symbol.asyncDispose]() {
      await folder[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

test("where nothing has changed, one list an environment and side is all that is asked", async () => {
  await using fleet = await deployed();
  const preview = await fleet.lists("preview");
  expect(preview.lists).toEqual([2, 2]);
  expect(preview.stdout).toContain("16 unchanged in 8 syncs");
  const drift = await fleet.lists("drift");
  expect(drift.code, drift.stdout).toBe(0);
  expect(drift.lists).toEqual([2, 2]);
});

test("what has changed is looked at by its folder, and the rest is not", async () => {
  await using fleet = await deployed();
  fleet.put("prod", "/fleet/c", { KEY: "new", MORE: "more" });
  const preview = await fleet.lists("preview");
  expect(preview.stdout).toMatch(/prod-3.*\+ MORE.*~ KEY|prod-3.*~ KEY.*\+ MORE/s);
  expect(preview.lists).toEqual([3, 3]);
  const up = await fleet.lists("up", "--yes", "--skip-preview");
  expect(up.code, up.stderr).toBe(0);
  expect(fleet.read("prod", "/fleet/c")).toEqual({ KEY: "new", MORE: "more", SAME: "qqq-qqq" });
  expect((await fleet.lists("preview")).lists).toEqual([2, 2]);
});

test.skipIf(!CLI?.isPlayed)(
  `the provider that the Pulumi CLI starts is told the folders, in a file that goes with the run: ${CLI?.title}`,
  async () => {
    const files = () => readdirSync(tmpdir()).filter((name) => name.startsWith("external-infisical-"));
    const before = files();
    await using fleet = await deployed("", undefined, ["--engine", "pulumi"]);
    for (const command of ["preview", "drift"]) expect((await fleet.lists(command)).lists).toEqual([2, 2]);
    expect(files()).toEqual(before);
  },
);

test("of a fleet of which few syncs are named, the folders of these are looked at", async () => {
  await using fleet = await deployed();
  const one = await fleet.lists("preview", "--sync", "prod-0");
  expect(one.stdout).toContain("2 unchanged in 1 sync");
  expect(one.lists).toEqual([1, 1]);
  expect(fleet.roots()).toEqual(["/fleet/a", "/fleet/a"]);
  expect((await fleet.lists("drift", "--sync", "prod-1", "--sync", "prod-2")).lists).toEqual([1, 1]);
  expect(fleet.roots()).toEqual(["/fleet/b", "/fleet/b"]);
});

test("each identity looks from the folder on that is above its own syncs'", async () => {
  const second = (file: string, clientId: string) => {
    const [connection = ""] = / {2}other:\n(?: {4}.*\n)+/.exec(file) ?? [];
    const another = connection
      .replace("other", "second")
      .replace(/ClientId: .*/, `ClientId: ${clientId}`)
      .replace("DESTINATION_SECRET", "SECOND_SECRET");
    return file
      .replace(connection, connection + another)
      .replaceAll(/(-[12]:\n {4}connection:) other/g, "$1 second");
  };
  await using fleet = await deployed("", second);
  expect((await fleet.lists("preview")).lists).toEqual([2, 4]);
  expect(new Set(fleet.roots())).toEqual(new Set(["/fleet", "/fleet/b"]));
});

test("sharedLooks: false keeps every read to the folders that are declared", async () => {
  await using fleet = await deployed("sharedLooks: false");
  expect((await fleet.lists("preview")).lists).toEqual([8, 8]);
  const recursive = fleet.world.source.server.requests.filter(({ query }) => query["recursive"] === "true");
  expect(recursive).toEqual([]);
});

type Fleet = Awaited<ReturnType<typeof deployed>>;
const hide = (side: "source" | "destination", rule: Omit<Rule, "role">) => (fleet: Fleet) =>
  void fleet.rules[side].push({ ...rule, role: "no-access" });

const DISTURBED: [what: string, disturb: (fleet: Fleet) => void][] = [
  ["a folder that may not be read at the source", hide("source", { secretPath: "/fleet/b" })],
  ["a folder that may not be read at the destination", hide("destination", { secretPath: "/fleet/c" })],
  ["the folder above, which may not be read", hide("source", { secretPath: "/fleet" })],
  ["a key that may not be read at the source", hide("source", { secretPath: "/fleet/b", keys: ["KEY"] })],
  [
    "a key that may not be read at the destination",
    hide("destination", { secretPath: "/fleet/b", keys: ["SAME"] }),
  ],
  ["a source folder without keys", (fleet) => fleet.drop("source", "dev", "/fleet/c", "KEY", "SAME")],
  ["a key that is gone at the destination", (fleet) => fleet.drop("destination", "dev", "/fleet/a", "KEY")],
  [
    "a key that both sides lack",
    (fleet) => {
      fleet.drop("source", "prod", "/fleet/b", "KEY");
      fleet.drop("destination", "prod", "/fleet/b", "KEY");
    },
  ],
  ["a reference", (fleet) => fleet.put("prod", "/fleet/a", { SAME: "${KEY}" })],
];

test.each(DISTURBED)("%s is told as by looks of each folder", async (_what, disturb) => {
  const told: string[] = [];
  // One after the other: what they print goes through one process.
  for (const more of ["", "sharedLooks: false"]) {
    await using fleet = await deployed(more);
    disturb(fleet);
    const texts: string[] = [];
    for (const command of ["preview", "drift"]) {
      const { code, stdout, stderr } = await fleet.lists(command);
      texts.push(`${command} ends with ${code}`, stdout, stderr);
    }
    told.push(
      texts
        .join("\n")
        .replaceAll(/ where \{[^\n]*?…/g, "")
        .replaceAll(
          /127\.0\.0\.1:\d+|[\da-f]{8}(-[\da-f-]{27}|…)|[@~][\da-f]{8}|req-[\da-f]+|external-infisical-\w+|billing-[\da-f]+/g,
          "<…>",
        )
        // Told of what takes a while.
        .replaceAll(/ *Duration: .*\n+|^(Previewing|Updating).*\n/gm, "")
        .replaceAll(/[\d.]+ ?m?s\b/g, "<time>"),
    );
  }
  expect(told[0]).toBe(told[1]);
});

test("folders that import, and values that refer to others, are looked at by themselves", async () => {
  await using fleet = await deployed();
  fleet.put("dev", "/fleet/a", { KEY: "${SAME}!" });
  expect((await fleet.lists("up", "--yes", "--skip-preview")).code).toBe(0);
  expect(fleet.read("dev", "/fleet/a")).toEqual({ KEY: "qqq-qqq!", SAME: "qqq-qqq" });
  fleet.put("dev", "/fleet/a", { SAME: "other" });
  const { stdout } = await fleet.lists("preview");
  expect(stdout).toMatch(/dev-0.*~ KEY.*~ SAME/s);
});

test("what a sync has just written is read anew by the one that reads it", async () => {
  await using fleet = await deployed();
  fleet.drop("destination", "prod", "/fleet/b/below", "KEY");
  fleet.put("prod", "/fleet/b", { KEY: "changed" });
  const up = await fleet.lists("up", "--yes", "--skip-preview");
  expect(up.code, up.stderr).toBe(0);
  expect(fleet.read("prod", "/fleet/b/below")).toMatchObject({ KEY: valueAt("prod", "/fleet/b/below") });
  expect(fleet.read("prod", "/fleet/b")).toMatchObject({ KEY: "changed" });
  expect((await fleet.lists("drift")).code).toBe(0);
});
