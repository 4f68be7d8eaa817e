/** Folders that a sync made and leaves empty; all others stay. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { directRuns } from "./drivers/direct.ts";
import { adminOf } from "./support/admin.ts";
import { bothOf, drop, PROFILES, placeIn, put, read } from "./support/side.ts";
import { type Side, startWorld } from "./support/world.ts";

const OFF = {
  syncOptions: {
    initialSyncBehavior: "overwrite-destination",
    includeAllSubFolders: true,
    allowEmptySource: true,
  },
  removeSecretsOnDelete: true,
} as const;
const ON = { ...OFF, syncOptions: { ...OFF.syncOptions, removeEmptyFolders: true } } as const;

/** All folders beneath the destination's own, by the admin, who works with either version of the API. */
async function folders(side: Side, at = ""): Promise<{ path: string; id: string }[]> {
  const query = new URLSearchParams({
    workspaceId: side.projectId,
    environment: side.environment,
    path: placeIn(side, at).secretPath,
  });
  const answer = (await adminOf(side.server)("GET", `/api/v1/folders?${query}`)) as {
    folders: { id: string; name: string }[];
  };
  const here = answer.folders.map(({ id, name }) => ({ id, path: at === "" ? name : `${at}/${name}` }));
  const beneath = await Promise.all(here.map(({ path }) => folders(side, path)));
  return [...here, ...beneath.flat()];
}
const paths = async (side: Side) => (await folders(side)).map(({ path }) => path).sort();

beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});
/** The lines that were shown. */
const told = () => vi.mocked(console.log).mock.calls.flat().join("\n");

const isAboutFolders = ({ path }: { path: string }) => /\/(folders|secret-imports)/.test(path);
const folderRequests = (side: Side) =>
  side.server.requests.filter(isAboutFolders).map(({ method }) => method);

test.each(PROFILES)(
  "folders that a sync made go with their last key, those above with them, %s",
  async (profile) => {
    await using world = await startWorld({
      source: { A: "1" },
      ...bothOf(profile),
    });
    const { source, destination } = world;
    put(source, "api/v1/deep", { B: "2" });
    put(source, "web", { W: "w" });
    put(destination, "mine/own", { OLD: "o" });
    await using stack = await directRuns.open(world);
    await stack.deploy(ON);
    expect(await paths(destination)).toEqual(["api", "api/v1", "api/v1/deep", "mine", "mine/own", "web"]);
    expect(await stack.state()).toContain('"api/v1/deep"');

    drop(source, "api/v1/deep", "B");
    await stack.preview(ON);
    expect(told()).toContain("folder /api is left without keys, and is removed where this sync made it");
    await stack.deploy(ON);
    expect(await paths(destination)).toEqual(["mine", "mine/own", "web"]);
    expect(await stack.state()).not.toContain('"api/v1/deep"');

    await stack.destroy();
    expect(await paths(destination)).toEqual(["mine", "mine/own"]);
  },
);

test("a folder that was there before stays, and one beneath it that the sync made goes", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const { source, destination } = world;
  put(source, "api/v1", { B: "2" });
  put(destination, "api", { OLD: "o" });
  drop(destination, "api", "OLD");
  await using stack = await directRuns.open(world);
  await stack.deploy(ON);
  drop(source, "api/v1", "B");
  await stack.deploy(ON);
  expect(await paths(destination)).toEqual(["api"]);
});

test.each<[string, (side: Side) => unknown, string[]]>([
  ["secrets", (side) => put(side, "api", { THEIRS: "t" }), ["api"]],
  [
    "folders",
    (side) => {
      put(side, "api/theirs", { T: "t" });
      drop(side, "api/theirs", "T");
    },
    ["api", "api/theirs"],
  ],
  [
    "imports",
    (side) =>
      adminOf(side.server)("POST", "/api/v1/secret-imports", {
        workspaceId: side.projectId,
        environment: side.environment,
        path: placeIn(side, "api").secretPath,
        import: { environment: side.environment, path: "/" },
      }),
    ["api"],
  ],
])("a folder stays that holds %s of others", async (what, make, left) => {
  await using world = await startWorld({ source: { A: "1" } });
  const { source, destination } = world;
  put(source, "api", { B: "2" });
  await using stack = await directRuns.open(world);
  const keeping = { ...ON, syncOptions: { ...ON.syncOptions, unownedKeys: "keep" } };
  await stack.deploy(keeping);
  await make(destination);
  drop(source, "api", "B");
  await stack.deploy(keeping);
  expect(await paths(destination)).toEqual(left);
  expect(await stack.state()).toContain("madeFolders");
  // Of keys that are kept the plan knows already.
  if (what !== "secrets") expect(told()).toContain(`stays: there are ${what} in it`);
  await stack.destroy();
  expect(await paths(destination)).toEqual(left);
});

/** Makes the identity one with a privilege of its own for a key of each folder: it sees no such key. */
const hiding = (side: Side, key: string) =>
  Object.assign(
    side,
    side.server.createIdentity({
      memberships: [
        {
          projectId: side.projectId,
          role: "member",
          paths: [{ secretPath: side.secretPath, keys: [key], role: "no-access" }],
        },
      ],
    }),
  );

test.each(
  PROFILES.flatMap((profile) => [
    [profile, "a key that it may not see", (side: Side) => put(side, "api/v1", { HIDDEN: "h" })] as const,
    [
      profile,
      "a dynamic secret",
      (side: Side) => side.server.putDynamicSecret(placeIn(side, "api/v1"), "postgres"),
    ] as const,
  ]),
)(
  "a folder stays of which the identity is not told that it holds something, %s: %s",
  async (profile, what, make) => {
    await using world = await startWorld({ source: { A: "1" }, ...bothOf(profile) });
    const { source, destination } = world;
    put(source, "api/v1", { B: "2" });
    put(source, "web", { W: "w" });
    if (what !== "a dynamic secret") hiding(destination, "HIDDEN");
    await using stack = await directRuns.open(world);
    await stack.deploy(ON);
    make(destination);
    drop(source, "api/v1", "B");
    await stack.deploy(ON);
    expect(told()).toMatch(
      /folder \/api\/v1, made by this sync, stays: .*(does not|may not) see|dynamic secrets/,
    );
    expect(await paths(destination)).toEqual(["api", "api/v1", "web"]);
    await stack.destroy();
    expect(await paths(destination)).toEqual(expect.arrayContaining(["api", "api/v1"]));
    if (what !== "a dynamic secret") expect(read(destination, "api/v1")).toEqual({ HIDDEN: "h" });
  },
);

test("an instance that deletes folders with all they hold is not asked to, unless the identity's role shows it all", async () => {
  await using world = await startWorld({ source: { A: "1" }, ...bothOf("2024-10") });
  const { source, destination } = world;
  put(source, "api", { B: "2" });
  await using stack = await directRuns.open(world);
  await stack.deploy(ON);
  drop(source, "api", "B");
  destination.server.fault({ kind: "status", status: 403, path: /identity-memberships/ });
  await stack.deploy(ON);
  expect(told()).toContain("there may be keys that the identity may not see in it");
  expect(await paths(destination)).toEqual(["api"]);
  put(source, "", { A: "2" });
  await stack.deploy(ON);
  expect(await paths(destination)).toEqual([]);
});

test("a folder of the same name that somebody has made since stays, and is forgotten", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const { source, destination } = world;
  put(source, "api", { B: "2" });
  await using stack = await directRuns.open(world);
  await stack.deploy(ON);
  const [api] = await folders(destination);
  await adminOf(destination.server)("PATCH", `/api/v2/folders/${api?.id}`, {
    projectId: destination.projectId,
    environment: destination.environment,
    path: destination.secretPath,
    name: "renamed",
  });
  put(destination, "api", { OTHER: "o" });
  drop(destination, "api", "OTHER");
  drop(source, "api", "B");
  await stack.deploy(ON);
  expect(await paths(destination)).toEqual(["api", "renamed"]);
  expect(await stack.state()).not.toContain("madeFolders");
});

test("after a run that failed half-way, the next one removes what either has made", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const { source, destination } = world;
  put(source, "api", { B: "2" });
  put(source, "web", { W: "w" });
  await using stack = await directRuns.open(world);
  const [path, method] = ["/api/v4/secrets/batch", "PATCH"];
  destination.server.fault({ kind: "status", status: 403, path, method, nth: 2 });
  await expect(stack.deploy(ON)).rejects.toThrow(/stopped half-way/);
  await stack.deploy(ON);
  expect(await paths(destination)).toEqual(["api", "web"]);
  drop(source, "api", "B");
  drop(source, "web", "W");
  await stack.deploy(ON);
  expect(await paths(destination)).toEqual([]);
});

test("a run that has written nothing leaves no folder behind", async () => {
  await using world = await startWorld({ source: {} });
  const { source, destination } = world;
  put(source, "api/v1", { B: "2" });
  await using stack = await directRuns.open(world);
  const [path, method] = ["/api/v4/secrets/batch", "PATCH"];
  destination.server.fault({ kind: "status", status: 403, path, method });
  await expect(stack.deploy(ON)).rejects.toThrow(/403/);
  expect(await paths(destination)).toEqual([]);
});

test("a deletion that is refused does not fail the run, and is tried again by the next", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const { source, destination } = world;
  put(source, "api", { B: "2" });
  await using stack = await directRuns.open(world);
  await stack.deploy(ON);
  drop(source, "api", "B");
  destination.server.fault({
    kind: "status",
    status: 400,
    path: /\/api\/v2\/folders\//,
    method: "DELETE",
  });
  await stack.deploy(ON);
  expect(await paths(destination)).toEqual(["api"]);
  expect(told()).toMatch(/folder \/api, made by this sync, stays: .*Cannot delete the folder/);
  put(source, "", { A: "2" });
  await stack.deploy(ON);
  expect(await paths(destination)).toEqual([]);
});

test("only runs that make folders or leave them empty ask more, and none without the option", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const { source, destination } = world;
  put(source, "api", { B: "2" });
  await using stack = await directRuns.open(world);
  const requestsOf = async (args: object) => {
    destination.server.clearRequests();
    await stack.deploy(args);
    return folderRequests(destination);
  };
  const made = await requestsOf(ON);
  expect(made.filter((method) => method === "POST")).toHaveLength(1);
  put(source, "api", { B: "3" });
  expect(await requestsOf(ON)).toEqual([]);
  drop(source, "api", "B");
  await requestsOf(OFF);
  expect(await paths(destination)).toEqual(["api"]);
  put(source, "web", { W: "w" });
  const without = await requestsOf(OFF);
  put(source, "other", { O: "o" });
  const withIt = await requestsOf({ ...ON });
  // The record of the first run has held: the folder is removed when the option is on again.
  expect(await paths(destination)).toEqual(["other", "web"]);
  expect(without).not.toContain("DELETE");
  expect(withIt.filter((method) => method === "DELETE")).toHaveLength(1);
});
