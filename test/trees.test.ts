/** A sync of a folder with all that are beneath it, of which the destination becomes the same tree. */
import { expect, test } from "vitest";
import { directRuns } from "./drivers/direct.ts";
import { adminOf } from "./support/admin.ts";
import { bothOf, drop, PROFILES, placeIn, put, read } from "./support/side.ts";
import { type Side, startWorld } from "./support/world.ts";

const TREE = {
  syncOptions: { initialSyncBehavior: "overwrite-destination", includeAllSubFolders: true },
  removeSecretsOnDelete: true,
} as const;

test.each(PROFILES)("a tree arrives as a tree, %s", async (profile) => {
  await using world = await startWorld({
    source: { A: "1" },
    ...bothOf(profile),
    destinationFolder: false,
  });
  const { source, destination } = world;
  put(source, "api", { A: "2", B: "${A}-b" });
  put(source, "api/v1/deep", { C: "3" });
  await using stack = await directRuns.open(world);

  const preview = await stack.preview(TREE);
  expect(Object.keys(preview.keys).sort()).toEqual(["A", "api/A", "api/B", "api/v1/deep/C"]);
  await stack.deploy(TREE);
  expect(read(destination, "")).toEqual({ A: "1" });
  expect(read(destination, "api")).toEqual({ A: "2", B: "2-b" });
  expect(read(destination, "api/v1/deep")).toEqual({ C: "3" });
  expect((await stack.deploy(TREE)).unchanged).toBe(true);

  put(source, "api", { A: "2b" });
  drop(source, "api", "B");
  put(source, "web", { W: "w" });
  put(destination, "mine", { M: "m" });
  await stack.deploy(TREE);
  expect(read(destination, "api")).toEqual({ A: "2b" });
  expect(read(destination, "web")).toEqual({ W: "w" });
  expect(read(destination, "mine")).toEqual({});
  expect((await stack.deploy(TREE)).unchanged).toBe(true);

  put(destination, "api", { A: "by hand" });
  expect((await stack.refresh(TREE)).keys).toEqual({ "api/A": "update" });
  await stack.deploy(TREE);
  expect(read(destination, "api")).toEqual({ A: "2b" });

  await stack.destroy();
  expect(read(destination, "web")).toEqual({});
});

/** An identity whose rights in folders change while the test goes on. */
function withRights(side: Side, role: "viewer" | "member") {
  const paths: { secretPath: string; role: "no-access"; keys?: string[] }[] = [];
  const memberships = [{ projectId: side.projectId, role, paths }];
  Object.assign(side, side.server.createIdentity({ memberships }));
  return {
    hide: (folder: string, keys?: string[]) =>
      paths.push({ secretPath: placeIn(side, folder).secretPath, role: "no-access", ...(keys && { keys }) }),
    show: () => paths.splice(0),
  };
}

const ALLOWED = { syncOptions: { ...TREE.syncOptions, allowEmptySource: true } } as const;
const ALLOWED_REMOVED = { ...ALLOWED, removeSecretsOnDelete: true } as const;

test("a folder that is hidden at the source is not taken for one that is gone, whenever it is hidden", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const { source, destination } = world;
  put(source, "api", { B: "2", C: "3" });
  const rights = withRights(source, "viewer");
  await using stack = await directRuns.open(world);
  await stack.deploy(ALLOWED);

  rights.hide("api");
  await expect(stack.preview(ALLOWED)).rejects.toThrow(/its identity may not read.*api/s);
  await expect(stack.deploy(ALLOWED)).rejects.toThrow(/its identity may not read.*api/s);
  expect(read(destination, "api")).toEqual({ B: "2", C: "3" });
  rights.show();
  expect((await stack.deploy(ALLOWED)).unchanged).toBe(true);

  drop(source, "api", "B", "C");
  await expect(stack.deploy(TREE)).rejects.toThrow(
    /source folders \/api hold no secrets.*delete 2 of 3 keys/,
  );
  await stack.deploy(ALLOWED);
  expect(read(destination, "api")).toEqual({});
});

test("a folder that is hidden at the destination is not written to", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: {} });
  const { source, destination } = world;
  put(source, "api", { B: "2" });
  put(destination, "api", { B: "theirs" });
  const rights = withRights(destination, "member");
  await using stack = await directRuns.open(world);
  rights.hide("api");
  await expect(stack.deploy(TREE)).rejects.toThrow(
    /destination has folders that its identity may not read.*\/api/,
  );
  expect(read(destination, "")).toEqual({});
  rights.show();
  await stack.deploy(TREE);
  expect(read(destination, "api")).toEqual({ B: "2" });
});

test("a key that lists of values leave out is not written over: it may only be described", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: {} });
  const { source, destination } = world;
  put(source, "api", { B: "2" });
  put(destination, "api", { B: "theirs" });
  const paths = [{ secretPath: placeIn(destination, "api").secretPath, role: "describe-only" as const }];
  const memberships = [{ projectId: destination.projectId, role: "member" as const, paths }];
  Object.assign(destination, destination.server.createIdentity({ memberships }));
  await using stack = await directRuns.open(world);
  await expect(stack.preview(TREE)).rejects.toThrow(/destination has secrets that .* may not read.*api\/B/);
  await expect(stack.deploy(TREE)).rejects.toThrow(/destination has secrets that .* may not read.*api\/B/);
  expect(read(destination, "")).toEqual({});
});

test("what the source's lists leave out is not imported over", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { A: "1" } });
  const { source, destination } = world;
  put(source, "api", { B: "ours" });
  put(destination, "api", { B: "theirs" });
  const paths = [{ secretPath: placeIn(source, "api").secretPath, role: "describe-only" as const }];
  const memberships = [{ projectId: source.projectId, role: "member" as const, paths }];
  Object.assign(source, source.server.createIdentity({ memberships }));
  await using stack = await directRuns.open(world);
  const syncOptions = { ...TREE.syncOptions, initialSyncBehavior: "import-prioritize-source" } as const;
  await expect(stack.preview({ syncOptions })).rejects.toThrow(/source has secrets that .*api\/B/);
});

test("what is hidden at the destination is neither gone nor removed", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const { source, destination } = world;
  put(source, "api", { B: "2" });
  const rights = withRights(destination, "member");
  await using stack = await directRuns.open(world);
  await stack.deploy(ALLOWED_REMOVED);
  rights.hide("api");
  await expect(stack.destroy()).rejects.toThrow(
    /may not read, with keys to be removed: \/api.*othing was written/s,
  );
  expect(read(destination, "")).toEqual({ A: "1" });
  drop(source, "api", "B");
  await expect(stack.preview(ALLOWED_REMOVED)).rejects.toThrow(/destination has folders.*\/api/);
  rights.show();
  await stack.deploy(ALLOWED_REMOVED);
  expect(read(destination, "api")).toEqual({});
});

test.each(["keep", "flatten"] as const)(
  "a secret that is hidden by itself, beneath, is not taken for one that is gone: %s",
  async (subFolders) => {
    const args = { syncOptions: { ...ALLOWED.syncOptions, subFolders } } as const;
    await using world = await startWorld({ source: { A: "1" } });
    const { source, destination } = world;
    put(source, "api", { B: "2", C: "3" });
    put(source, "web", { D: "4" });
    const rights = withRights(source, "viewer");
    await using stack = await directRuns.open(world);
    await stack.deploy(args);
    for (const [folder, key] of [
      ["api", "B"],
      ["web", "D"],
    ] as const) {
      rights.hide(folder, [key]);
      await expect(stack.deploy(args)).rejects.toThrow(/source holds secrets that its identity may not read/);
      rights.show();
    }
    expect(read(destination, subFolders === "flatten" ? "" : "api")).toMatchObject({ B: "2", C: "3" });
  },
);

test.each(PROFILES)("folders import what they import, %s", async (profile) => {
  await using world = await startWorld({
    source: { A: "1" },
    ...bothOf(profile),
  });
  const { source, destination } = world;
  put(source, "api/v1", { OWN: "own", SHARED: "mine" });
  put(source, "web", { W: "w" });
  source.server.putSecrets({ ...placeIn(source, ""), secretPath: "/shared" }, { SHARED: "s", OTHER: "o" });
  const { projectId, environment } = source;
  await adminOf(source.server)("POST", "/api/v1/secret-imports", {
    ...{ workspaceId: projectId, environment, path: placeIn(source, "api/v1").secretPath },
    import: { environment, path: "/shared" },
  });
  await using stack = await directRuns.open(world);
  await stack.deploy(TREE);
  expect(read(destination, "api/v1")).toEqual({ OWN: "own", SHARED: "mine", OTHER: "o" });
  expect(read(destination, "web")).toEqual({ W: "w" });
  expect((await stack.deploy(TREE)).unchanged).toBe(true);
});

test.each(["import-prioritize-source", "import-prioritize-destination"] as const)(
  "%s makes the folder at the source that it needs",
  async (initialSyncBehavior) => {
    await using world = await startWorld({
      source: { A: "1" },
      sourceRole: "member",
      destination: { A: "2" },
    });
    const { source, destination } = world;
    put(destination, "only/there", { B: "3" });
    await using stack = await directRuns.open(world);
    await stack.deploy({ syncOptions: { ...TREE.syncOptions, initialSyncBehavior } });
    const wins = initialSyncBehavior === "import-prioritize-source" ? "1" : "2";
    for (const side of [source, destination]) {
      expect(read(side, "")).toEqual({ A: wins });
      expect(read(side, "only/there")).toEqual({ B: "3" });
    }
  },
);

test("flattened, all secrets arrive in one folder, and equal names are refused with both folders", async () => {
  const syncOptions = { ...TREE.syncOptions, subFolders: "flatten" } as const;
  await using world = await startWorld({ source: { A: "1" }, destination: { OLD: "o" } });
  const { source, destination } = world;
  put(source, "api", { B: "2" });
  put(source, "web/x", { C: "3" });
  put(destination, "beneath", { THEIRS: "t" });
  await using stack = await directRuns.open(world);
  await stack.deploy({ syncOptions });
  expect(read(destination, "")).toEqual({ A: "1", B: "2", C: "3" });
  expect(read(destination, "beneath")).toEqual({ THEIRS: "t" });
  expect((await stack.deploy({ syncOptions })).unchanged).toBe(true);
  put(source, "api", { C: "4" });
  await expect(stack.deploy({ syncOptions })).rejects.toThrow(/equal names:.*C in \/api and in \/web\/x/s);
  const importing = { ...syncOptions, initialSyncBehavior: "import-prioritize-source" } as const;
  drop(source, "api", "C");
  await expect(stack.deploy({ syncOptions: importing })).rejects.toThrow(/cannot import.*flattened/);
});

test("a failed run of a tree is put back, folder by folder", async () => {
  const syncOptions = { ...TREE.syncOptions, onFailure: "restore" } as const;
  await using world = await startWorld({ source: { A: "1" }, destination: { A: "0" } });
  const { source, destination } = world;
  for (const folder of ["a", "b", "c/d"]) put(source, folder, { X: "new", Y: "y" });
  put(destination, "b", { X: "old", Z: "z" });
  await using stack = await directRuns.open(world);
  destination.server.fault({
    kind: "status",
    status: 403,
    path: "/api/v4/secrets/batch",
    method: "DELETE",
    times: 1,
  });
  await expect(stack.deploy({ syncOptions })).rejects.toThrow(/was put back/);
  expect(read(destination, "")).toEqual({ A: "0" });
  expect(read(destination, "b")).toEqual({ X: "old", Z: "z" });
  expect(read(destination, "a")).toEqual({});
  await stack.deploy({ syncOptions });
  expect(read(destination, "b")).toEqual({ X: "new", Y: "y" });
});

test("names with slashes, as old instances have them, are no folders", async () => {
  await using world = await startWorld({ source: {}, ...bothOf("2024-10") });
  const { source, destination } = world;
  put(source, "a", { B: "folder" });
  put(source, "", { "a/B": "name" });
  put(destination, "", { "a/B": "old" });
  await using stack = await directRuns.open(world);
  const preview = await stack.preview(TREE);
  expect(Object.keys(preview.keys).sort()).toEqual(["a%2FB", "a/B"]);
  await stack.deploy(TREE);
  expect(read(destination, "")).toEqual({ "a/B": "name" });
  expect(read(destination, "a")).toEqual({ B: "folder" });
});

test.each([
  ["no longer come along", {}, { A: "1", "api/B": "2" }],
  ["are flattened", { includeAllSubFolders: true, subFolders: "flatten" }, { A: "1", B: "2", "api/B": "2" }],
])("where folders %s, what was pushed there stays, and is said to", async (_what, over, expected) => {
  await using world = await startWorld({ folders: ["api"], source: { A: "1", "api/B": "2" } });
  await using stack = await directRuns.open(world);
  await stack.deploy(TREE);
  const args = {
    syncOptions: { initialSyncBehavior: "overwrite-destination", ...over },
    removeSecretsOnDelete: true,
  };
  const left = { "api/B": "unchanged (left as it is: folders beneath no longer come along)" };
  expect((await stack.preview(args)).effects).toEqual(left);
  await stack.deploy(args);
  expect(world.destination.read()).toEqual(expected);
  expect((await stack.deploy(args)).unchanged).toBe(true);
  await stack.destroy();
  expect(world.destination.read()).toEqual({ "api/B": "2" });
});
