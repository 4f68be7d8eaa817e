/** What is sent for a tree: as few requests as its bytes need, where the instance takes folders item by item. */
import { expect, test } from "vitest";
import { directRuns } from "./drivers/direct.ts";
import { placeIn, put, read } from "./support/side.ts";
import { type Side, startWorld, type Values, type WorldOptions } from "./support/world.ts";

const TREE = {
  syncOptions: { initialSyncBehavior: "overwrite-destination", includeAllSubFolders: true },
} as const;
const BATCH = "/api/v4/secrets/batch";
const names = (count: number, of: string) => Array.from({ length: count }, (_, index) => `${of}${index}`);

/** Requests of a side by method and kind, without logins. */
const sent = ({ server }: Side) => {
  const texts = server.requests.flatMap(({ method, path }) =>
    path.endsWith("/login") ? [] : [`${method} ${path.replace(/\/api\/v\d\//, "")}`],
  );
  return Object.fromEntries([...Map.groupBy(texts, (text) => text)].map(([text, all]) => [text, all.length]));
};

/** @param keys of each folder; with `isApart` no name is in two of them */
async function startTree(
  folders: number,
  keys: number,
  { isApart = false, ...more }: WorldOptions & { isApart?: boolean } = {},
) {
  const world = await startWorld({ source: { ROOT: "r" }, ...more });
  const expected: [string, Values][] = names(folders, "f").map((folder, at) => [
    folder,
    Object.fromEntries(names(keys, isApart ? `K${at}_` : "K").map((key) => [key, `${folder}-${key}`])),
  ]);
  for (const [folder, values] of expected) put(world.source, folder, values);
  return {
    world,
    check() {
      for (const [folder, values] of expected) expect(read(world.destination, folder)).toEqual(values);
    },
  };
}

test("a first push of 200 folders costs their making and as many writes as 500 keys a request", async () => {
  const { world, check } = await startTree(200, 5);
  await using _ = world;
  await using stack = await directRuns.open(world);
  world.destination.server.clearRequests();
  await stack.deploy(TREE);
  check();
  const { "PATCH secrets/batch": writes, "POST folders": made } = sent(world.destination);
  // Two of them try it without effect.
  expect({ writes, made }).toEqual({ writes: 2 + 3, made: 200 });
  world.destination.server.clearRequests();
  expect((await stack.deploy(TREE)).unchanged).toBe(true);
  expect(sent(world.destination)).not.toHaveProperty("PATCH secrets/batch");

  for (const folder of names(6, "f")) put(world.source, folder, { K1: "changed" });
  put(world.source, "f7", { K1: "changed" });
  world.destination.server.clearRequests();
  await stack.deploy(TREE);
  expect(read(world.destination, "f7")).toMatchObject({ K1: "changed" });
  expect(sent(world.destination)).toMatchObject({ "PATCH secrets/batch": 3 });
});

test("the answer alone tells what was written, also where names are in several folders", async () => {
  const lists = async (isApart: boolean) => {
    const { world, check } = await startTree(10, 2, { isApart });
    await using _ = world;
    await using stack = await directRuns.open(world);
    await stack.deploy(TREE);
    check();
    const { "GET secrets": count = 0 } = sent(world.destination);
    expect((await stack.deploy(TREE)).unchanged).toBe(true);
    return count;
  };
  expect(await lists(false)).toBe(await lists(true));
});

test.each([
  ["does not know mode", { withoutUpsertMode: true }],
  ["does not know folders of items", { withoutItemPaths: true }],
  ["knows neither", { withoutUpsertMode: true, withoutItemPaths: true }],
  ["is of October 2024", { profile: "2024-10" as const }],
])("an instance that %s is written folder by folder", async (_what, destinationServer) => {
  const { world, check } = await startTree(8, 3, {
    destinationServer,
    destination: { K0: "mine", K1: "mine", K2: "mine" },
  });
  put(world.source, "", { K0: "root", K1: "root", K2: "root" });
  await using _ = world;
  await using stack = await directRuns.open(world);
  await stack.deploy(TREE);
  check();
  expect(world.destination.read()).toEqual({ ROOT: "r", K0: "root", K1: "root", K2: "root" });
  expect((await stack.deploy(TREE)).unchanged).toBe(true);
});

test("a folder that may not be written keeps none of the others from being written and recorded", async () => {
  const { world } = await startTree(7, 2);
  await using _ = world;
  const { destination } = world;
  for (const folder of names(7, "f")) put(destination, folder, { K0: "old" });
  const paths = [{ secretPath: placeIn(destination, "f1").secretPath, role: "viewer" as const }];
  Object.assign(
    destination,
    destination.server.createIdentity({
      memberships: [{ projectId: destination.projectId, role: "member", paths }],
    }),
  );
  await using stack = await directRuns.open(world);
  await expect(stack.deploy(TREE)).rejects.toThrow(
    /Cannot write 2 secrets to .*\/f1": the identity lacks "edit"/s,
  );
  expect(read(destination, "f1")).toEqual({ K0: "old" });
  expect(read(destination, "f3")).toEqual({ K0: "f3-K0", K1: "f3-K1" });
  paths.splice(0);
  const preview = await stack.preview(TREE);
  for (const folder of ["f2", "f3"]) expect(Object.keys(preview.keys)).not.toContain(`${folder}/K1`);
  await stack.deploy(TREE);
  expect(read(destination, "f1")).toEqual({ K0: "f1-K0", K1: "f1-K1" });
  expect((await stack.deploy(TREE)).unchanged).toBe(true);
});

test.each<[string, object]>([
  ["the write is not answered", { kind: "drop-after", path: BATCH, method: "PATCH", nth: 3 }],
  ["the write is answered in half", { kind: "truncate", path: BATCH, method: "PATCH", nth: 3 }],
  ["the write fails for good", { kind: "status", status: 400, path: BATCH, method: "PATCH", nth: 3 }],
  ["the write fails for a while", { kind: "status", status: 503, path: BATCH, method: "PATCH", nth: 3 }],
])("nothing is lost where %s", async (_what, fault) => {
  const { world, check } = await startTree(7, 2);
  await using _ = world;
  await using stack = await directRuns.open(world);
  world.destination.server.fault(fault as never);
  await stack.deploy(TREE).catch(() => {});
  await stack.deploy(TREE);
  check();
  expect((await stack.deploy(TREE)).unchanged).toBe(true);
  await stack.destroy();
});

test.each([1, Number.POSITIVE_INFINITY])(
  "nothing is lost where the list after a write fails, %d times",
  async (times) => {
    const { world, check } = await startTree(7, 2);
    await using _ = world;
    const { server } = world.destination;
    await using stack = await directRuns.open(world);
    const refuse = () =>
      server.fault({ kind: "status", status: 403, path: "/api/v4/secrets", method: "GET", times });
    server.fault({ kind: "run", path: BATCH, method: "PATCH", nth: 3, action: refuse });
    await expect(stack.deploy(TREE)).rejects.toThrow(/Cannot list secrets/);
    // One more look finds out which secrets the equal names are, if it is to be had.
    expect((await stack.state()).includes("0@unknown")).toBe(times !== 1);
    check();
    server.clearFaults();
    await stack.deploy(TREE);
    check();
    expect((await stack.deploy(TREE)).unchanged).toBe(true);
  },
);

test("which of equal names an update wrote is known without a list", async () => {
  const { world } = await startTree(7, 2);
  await using _ = world;
  const { source, destination } = world;
  await using stack = await directRuns.open(world);
  await stack.deploy(TREE);
  for (const folder of names(7, "f")) put(source, folder, { K0: "new" });
  destination.server.clearRequests();
  await stack.deploy(TREE);
  const after = destination.server.requests;
  const written = after.findLastIndex(({ method }) => method === "PATCH");
  expect(after.slice(written + 1).map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /api/v4/secrets",
  ]);
  for (const folder of names(7, "f")) expect(read(destination, folder)).toMatchObject({ K0: "new" });
});
