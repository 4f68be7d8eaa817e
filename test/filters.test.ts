/** Syncs that are about some secrets only: what their filter leaves out is none of their business, on either side. */
import { expect, test } from "vitest";
import type { SyncOptionsInput } from "../provider/schema.ts";
import { directRuns } from "./drivers/direct.ts";
import { listen } from "./ownership/destination.ts";
import { bothOf, drop, PROFILES, put, read } from "./support/side.ts";
import { startWorld, type World } from "./support/world.ts";

const overwrite = { initialSyncBehavior: "overwrite-destination" } as const;
const tree = { ...overwrite, includeAllSubFolders: true } as const;

const LEFT_OUT = "unchanged (left as it is: the filter leaves it out)";

const args = (syncOptions: SyncOptionsInput) => ({ syncOptions, removeSecretsOnDelete: true });

async function played(world: World) {
  const stack = await directRuns.open(world);
  return {
    ...stack,
    preview: (options: SyncOptionsInput) => stack.preview(args(options)),
    deploy: (options: SyncOptionsInput) => stack.deploy(args(options)),
    refresh: (options: SyncOptionsInput) => stack.refresh(args(options)),
    destroy: () => stack.destroy(),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

test.each(PROFILES)(
  "keys that the filter leaves out are not there for the sync, on either side, %s",
  async (profile) => {
    await using world = await startWorld({
      source: { APP_A: "1", APP_TMP: "t", OTHER: "o" },
      destination: { APP_OLD: "old", app_tmp: "theirs", MINE: "mine" },
      ...bothOf(profile),
    });
    const { source, destination } = world;
    const options = {
      ...overwrite,
      maxDeletes: "100%",
      filter: { keys: { include: ["app_*"], exclude: ["*_TMP"] } },
    };
    await using stack = await played(world);
    const preview = await stack.preview(options);
    expect(Object.keys(preview.keys)).toEqual(["APP_A"]);
    await stack.deploy(options);
    expect(destination.read()).toEqual({ APP_A: "1", app_tmp: "theirs", MINE: "mine" });
    expect((await stack.deploy(options)).unchanged).toBe(true);

    source.put({ OTHER: "o2" });
    source.drop("APP_TMP");
    destination.put({ MINE: "mine2", APP_TMP: "again" });
    expect((await stack.deploy(options)).unchanged).toBe(true);
    destination.put({ APP_A: "by hand" });
    expect((await stack.refresh(options)).keys).toEqual({ APP_A: "update" });
    await stack.deploy(options);
    await stack.destroy();
    expect(destination.read()).toEqual({ app_tmp: "theirs", MINE: "mine2", APP_TMP: "again" });
  },
);

test("an import takes the keys that the filter lets through, and references may lead to others", async () => {
  await using world = await startWorld({
    source: { APP_A: "${OTHER}!", OTHER: "o" },
    sourceRole: "member",
    destination: { APP_B: "2", MINE: "mine" },
  });
  const { source, destination } = world;
  await using stack = await played(world);
  await stack.deploy({
    initialSyncBehavior: "import-prioritize-source",
    filter: { keys: { include: ["APP_*"] } },
  });
  expect(source.read()).toEqual({ APP_A: "${OTHER}!", OTHER: "o", APP_B: "2" });
  expect(destination.read()).toEqual({ APP_A: "o!", APP_B: "2", MINE: "mine" });
});

test.each(PROFILES)("folders of a tree are chosen by their paths, %s", async (profile) => {
  await using world = await startWorld({
    source: { ROOT: "r" },
    ...bothOf(profile),
  });
  const { source, destination } = world;
  put(source, "api", { A: "1" });
  put(source, "api/v1", { B: "2" });
  put(source, "api/tmp", { T: "t" });
  put(source, "web", { W: "w" });
  put(destination, "", { ROOT: "theirs" });
  put(destination, "web", { THEIRS: "t" });
  put(destination, "api/v1", { OLD: "o" });
  const options = { ...tree, filter: { folders: { include: ["/api/**"], exclude: ["/**/tmp"] } } };
  await using stack = await played(world);
  expect(Object.keys((await stack.preview(options)).keys).sort()).toEqual(["api/A", "api/v1/B"]);
  await stack.deploy(options);
  expect(read(destination, "")).toEqual({ ROOT: "theirs" });
  expect(read(destination, "web")).toEqual({ THEIRS: "t" });
  expect(read(destination, "api/v1")).toEqual({ B: "2" });
  expect((await stack.deploy(options)).unchanged).toBe(true);
  await stack.destroy();
  expect(read(destination, "web")).toEqual({ THEIRS: "t" });
});

test("folders that are flattened are chosen at the source, and twins in others do not matter", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { MINE: "m", W: "theirs" } });
  const { source, destination } = world;
  put(source, "api", { B: "2", C: "3" });
  put(source, "web", { B: "other", W: "w" });
  const options = { ...tree, subFolders: "flatten" as const, filter: { folders: { exclude: ["/web"] } } };
  await using stack = await played(world);
  await stack.deploy(options);
  expect(destination.read()).toEqual({ A: "1", B: "2", C: "3", MINE: "m", W: "theirs" });
  drop(source, "api", "C");
  await stack.deploy(options);
  expect(destination.read()).toEqual({ A: "1", B: "2", MINE: "m", W: "theirs" });
});

test("a narrowed filter deletes nothing, and tells what stays", async () => {
  await using world = await startWorld({ source: { APP_A: "1", APP_B: "2", WEB: "w" } });
  const { source, destination } = world;
  await using stack = await played(world);
  await stack.deploy(overwrite);
  const narrow = { ...overwrite, filter: { keys: { exclude: ["WEB", "APP_B"] } } };
  expect((await stack.preview(narrow)).effects).toEqual({
    APP_B: LEFT_OUT,
    WEB: LEFT_OUT,
  });
  using output = listen();
  await stack.deploy(narrow);
  expect(output.told()).toMatch(/no longer this sync's, since its filter leaves them out: APP_B, WEB/);
  expect(destination.read()).toEqual({ APP_A: "1", APP_B: "2", WEB: "w" });
  expect((await stack.deploy(narrow)).unchanged).toBe(true);
  source.drop("WEB");
  destination.put({ APP_B: "theirs now" });
  expect((await stack.deploy(narrow)).unchanged).toBe(true);
  await stack.destroy();
  expect(destination.read()).toEqual({ APP_B: "theirs now", WEB: "w" });
});

test.each(PROFILES)(
  "tags and metadata choose at the source, and only what the sync wrote is deleted, %s",
  async (profile) => {
    await using world = await startWorld({
      source: { PLAIN: "p" },
      destination: { MINE: "m", PLAIN: "theirs" },
      ...bothOf(profile),
    });
    const { source, destination } = world;
    put(source, "", {
      A: { value: "1", tags: ["shared", "x"] },
      B: { value: "2", tags: ["shared"] },
      C: { value: "3", tags: ["other"] },
    });
    const options = { ...overwrite, filter: { tags: ["shared", "more"] } };
    await using stack = await played(world);
    await stack.deploy(options);
    expect(destination.read()).toEqual({ A: "1", B: "2", MINE: "m", PLAIN: "theirs" });
    source.drop("B");
    await stack.deploy(options);
    expect(destination.read()).toEqual({ A: "1", MINE: "m", PLAIN: "theirs" });
    expect((await stack.deploy(options)).unchanged).toBe(true);

    put(source, "", { A: { value: "1", tags: [] } });
    expect((await stack.refresh(options)).keys).toEqual({});
    expect((await stack.preview(options)).effects).toEqual({ A: LEFT_OUT });
    await stack.deploy(options);
    expect(destination.read()).toEqual({ A: "1", MINE: "m", PLAIN: "theirs" });
    await stack.destroy();
    expect(destination.read()).toEqual({ A: "1", MINE: "m", PLAIN: "theirs" });
  },
);

test("what a narrower filter left behind keeps its mark, and another sync can take it over", async () => {
  await using world = await startWorld({ source: { A: "1", B: "2" } });
  const { source, destination } = world;
  const marking = { ...overwrite, ownershipMark: true };
  await using stack = await played(world);
  await stack.deploy(marking);
  await stack.deploy({ ...marking, filter: { keys: { exclude: ["B"] } } });
  await using other = await directRuns.open(world);
  source.put({ B: "2b" });
  const taking = (more: SyncOptionsInput) => ({
    name: "other",
    syncOptions: { filter: { keys: { include: ["B"] } }, ...more },
  });
  const refused = await other.deploy(taking(marking)).catch(String);
  const owner = /marked as another sync's: B \((.*?)\)\./.exec(String(refused))?.[1] ?? "";
  await other.deploy(taking({ ...marking, takeOverFrom: owner }));
  expect(destination.read()).toEqual({ A: "1", B: "2b" });
  expect((await stack.deploy({ ...marking, filter: { keys: { exclude: ["B"] } } })).unchanged).toBe(true);
});

test("metadata is chosen by all of its items", async () => {
  await using world = await startWorld({ source: {} });
  put(world.source, "", {
    A: { value: "1", metadata: { team: "api", kind: "url" } },
    B: { value: "2", metadata: { team: "api" } },
  });
  await using stack = await played(world);
  await stack.deploy({ ...overwrite, filter: { metadata: { team: "api", kind: "url" } } });
  expect(world.destination.read()).toEqual({ A: "1" });
});

test.each<[string, SyncOptionsInput, RegExp]>([
  [
    "folders of a flat sync",
    { ...overwrite, filter: { folders: { include: ["/api"] } } },
    /folders: .*takes none of them along/,
  ],
  [
    "tags with deletion",
    { ...overwrite, unownedKeys: "delete", filter: { tags: ["a"] } },
    /unownedKeys: .*say nothing about the destination's own keys/,
  ],
  [
    "metadata with import",
    { initialSyncBehavior: "import-prioritize-source", filter: { metadata: { a: "b" } } },
    /initialSyncBehavior: .*left out by the filter/,
  ],
  [
    "a key with a place",
    { ...overwrite, filter: { keys: { include: ["/app/A"] } } },
    /filter\.keys\.include\.0: has : or \//,
  ],
  [
    "a folder without its slash",
    { ...tree, filter: { folders: { include: ["api"] } } },
    /filter\.folders\.include\.0: must start with \//,
  ],
  [
    "what there is not",
    { ...overwrite, filter: { key: {} } } as never,
    /filter\.key: there is no such setting; did you mean "keys"/,
  ],
])("%s: refused", async (_what, options, message) => {
  await using world = await startWorld({ source: { A: "1" } });
  await using stack = await played(world);
  await expect(stack.preview(options)).rejects.toThrow(message);
});

test("an instance cannot filter", async () => {
  await using world = await startWorld({ source: { A: "1" }, execution: "native" });
  await using stack = await played(world);
  await expect(stack.preview({ ...overwrite, filter: { keys: { include: ["A"] } } })).rejects.toThrow(
    /syncOptions\.filter needs execution: "engine"/,
  );
});
