// What travels beside a value, where scenarios cannot look: requests, versions, secrecy, doubt and the way back.
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { InfisicalServerOptions } from "../infisical-server/index.ts";
import { MARK } from "../provider/engine/ownership/ownership.ts";
import { SecretValue } from "../provider/secret-value.ts";
import { direct, directRuns } from "./drivers/direct.ts";
import { terraformRpc } from "./drivers/terraform-rpc.ts";
import { item, listen, metadataAt, overwrite } from "./ownership/destination.ts";
import { COLOR, giveParts, readParts } from "./support/parts.ts";
import { startWorld, type WorldOptions } from "./support/world.ts";

const copying = (...copy: string[]) => ({ syncOptions: { ...overwrite, copy } });
const ALL = copying("comment", "tags", "metadata", "multiline", "reminder");
const BATCH = "/api/v4/secrets/batch";
const LONG = "value".repeat(1000);

const world = (options: WorldOptions = {}, server: InfisicalServerOptions = {}) =>
  startWorld({ source: { A: "1", B: "2" }, destinationServer: server, ...options });

it("sends a changed part without the value, and nothing more where nothing has changed", async () => {
  await using played = await world({ source: { A: LONG, B: "2" } });
  const { source, destination } = played;
  await using stack = await directRuns.open(played);
  await giveParts(source.store(), { A: { comment: "one", tags: ["core"], metadata: { team: "x" } } });
  await stack.deploy(ALL);
  const sent = () => destination.server.requests.map(({ method, path }) => `${method} ${path}`);

  await stack.deploy(copying());
  destination.server.clearRequests();
  await stack.deploy(copying());
  const unchanged = sent().filter((line) => !line.includes("/auth/"));
  await stack.deploy(ALL);
  destination.server.clearRequests();
  await stack.deploy(ALL);
  expect(sent().filter((line) => !line.includes("/auth/"))).toEqual(unchanged);

  await giveParts(source.store(), { A: { comment: "two" } });
  destination.server.clearRequests();
  await stack.deploy(ALL);
  const written = destination.server.requests.filter(
    ({ method, path }) => method === "PATCH" && path === BATCH,
  );
  expect(written.map(({ items }) => items)).toEqual([1]);
  expect(written[0]?.bytesIn).toBeLessThan(LONG.length);
  expect(await readParts(destination.store())).toEqual({
    A: { comment: "two", tags: ["core"], metadata: { team: "x" } },
  });
});

it("makes tags that the project lacks, with their colour, and takes those that it has", async () => {
  await using played = await world();
  const { source, destination } = played;
  await using stack = await directRuns.open(played);
  await giveParts(source.store(), { A: { tags: ["core", "db"] }, B: { tags: ["core"] } });
  await destination.store().makeTags([{ slug: "db", color: "#000000" }]);
  await stack.deploy(copying("tags"));
  const { secrets } = await destination.store().list({ values: false, expand: false, imports: false });
  const tags = new Map(secrets.flatMap(({ tags = [] }) => tags).map(({ slug, color }) => [slug, color]));
  expect(Object.fromEntries(tags)).toEqual({ core: COLOR, db: "#000000" });
});

it("is refused before anything is written, where tags may not be made", async () => {
  await using played = await world();
  const { source, destination } = played;
  await using stack = await directRuns.open(played);
  await giveParts(source.store(), { A: { tags: ["core"] } });
  destination.server.fault({
    kind: "status",
    status: 403,
    method: "POST",
    path: "/api/v1/projects",
    times: Infinity,
  });
  await expect(stack.deploy(copying("tags"))).rejects.toThrow(/create the tag "core"/);
  expect(destination.read()).toEqual({});
});

it("never copies a mark, and loses none where metadata is written", async () => {
  await using played = await world({ source: { A: "1" } });
  const { source, destination } = played;
  await using stack = await directRuns.open(played);
  const marking = { syncOptions: { ...overwrite, copy: ["metadata"], ownershipMark: true } };
  await giveParts(source.store(), {
    A: { metadata: { team: "x", [MARK]: "another of project p prod:/ at https://x.example" } },
  });
  await stack.deploy(marking);
  const marks = async () =>
    (await metadataAt(destination))["A"]?.filter(({ key }) => key === MARK).map(({ value }) => value);
  const mine = await marks();
  expect(mine).toEqual([expect.stringMatching(/^dr-billing of project /)]);
  await giveParts(source.store(), { A: { metadata: { team: "y" } } });
  await stack.deploy(copying("metadata"));
  expect(await marks()).toEqual(mine);
  expect((await metadataAt(destination))["A"]).toContainEqual(item("team", "y"));
});

it("keeps encrypted metadata encrypted, and stops where an item may not be read", async () => {
  await using played = await world({ source: { A: "1" } });
  const { source, destination } = played;
  await using stack = await directRuns.open(played);
  const give = async (value: string) => {
    const store = source.store();
    const parts = { metadata: [item("pin", value, true), item("team", "x")] };
    await store.annotate([store.encode("A", new SecretValue("1"), true, parts)]);
  };
  await give("4711-secret");
  await stack.deploy(copying("metadata"));
  expect((await metadataAt(destination))["A"]).toHaveLength(2);
  const there = await destination.store().list({ values: true, expand: false, imports: false });
  expect(there.secrets[0]?.metadata).toContainEqual(item("pin", "4711-secret", true));
  // An encrypted item without a text is one that is not told.
  await give("");
  await expect(stack.deploy(copying("metadata"))).rejects.toThrow(/may not read all metadata of A/);
  await stack.deploy(copying("comment"));
});

it.each(["import-prioritize-source", "import-prioritize-destination"])(
  "tells of metadata that may not be read in the preview of a first run with %s",
  async (initialSyncBehavior) => {
    await using played = await world({ source: { B: "2" }, destination: { A: "1", B: "2" } });
    const { source, destination } = played;
    await using stack = await directRuns.open(played);
    const store = destination.store();
    const hidden = { metadata: [item("pin", "", true)] };
    await store.annotate([store.encode("A", new SecretValue("1"), true, hidden)]);
    const importing = (...copy: string[]) => ({ syncOptions: { initialSyncBehavior, copy } });
    await expect(stack.preview(importing("metadata"))).rejects.toThrow(
      /metadata of A, which is to be imported/,
    );
    await expect(stack.deploy(importing("metadata"))).rejects.toThrow(
      /metadata of A, which is to be imported/,
    );
    expect(source.read()).toEqual({ B: "2" });
  },
);

it("refuses metadata for an instance that has none", async () => {
  await using played = await world({ source: { A: "1" } }, { profile: "2024-10" });
  await using stack = await directRuns.open(played);
  await giveParts(played.source.store(), { A: { metadata: { team: "x" } } });
  await expect(stack.deploy(copying("metadata"))).rejects.toThrow(
    /metadata is to be copied to has a version/,
  );
  expect(played.destination.read()).toEqual({});
});

it("names what the source does not tell, and leaves that as it is", async () => {
  await using played = await world({
    source: { A: "1" },
    destination: { A: "1" },
    sourceServer: { profile: "2024-10" },
  });
  const { destination } = played;
  await using stack = await directRuns.open(played);
  await giveParts(destination.store(), { A: { metadata: { team: "x" }, comment: "goes" } });
  using told = listen();
  await stack.deploy(copying("comment", "metadata"));
  expect(told.told()).toContain("metadata not copied, since the source's lists do not tell it: A");
  expect(await readParts(destination.store())).toEqual({ A: { metadata: { team: "x" } } });
});

it("tells of a part that the instance has not kept", async () => {
  await using played = await world({ source: { A: "1" }, destination: { A: "1" } });
  const { source, destination } = played;
  await using stack = await directRuns.open(played);
  await stack.deploy({});
  await giveParts(source.store(), { A: { comment: "new" } });
  const id = (await destination.store().list({ values: false, expand: false, imports: false })).secrets[0]
    ?.id;
  const body = { secrets: [{ id, secretKey: "A", version: 1 }] };
  destination.server.fault({ kind: "status", status: 200, method: "PATCH", path: BATCH, body });
  await expect(stack.deploy(copying("comment"))).rejects.toThrow(/A: the instance has not kept its comment/);
});

describe("a run that fails half-way", () => {
  it("puts back what belonged to the values, and all of what was deleted", async () => {
    await using played = await world({ destination: { A: "1", B: "old", GONE: "g" } });
    const { source, destination } = played;
    await using stack = await directRuns.open(played);
    const before = {
      A: { comment: "theirs" },
      B: { comment: "theirs, too", tags: ["t"] },
      GONE: { comment: "gone", multiline: true },
    };
    await giveParts(destination.store(), before);
    await giveParts(source.store(), { A: { comment: "ours" }, B: { tags: ["ours"] } });
    destination.server.fault({ kind: "status", status: 403, method: "DELETE", path: BATCH, times: Infinity });
    const restoring = { syncOptions: { ...ALL.syncOptions, onFailure: "restore" } };
    await expect(stack.deploy(restoring)).rejects.toThrow();
    destination.server.clearFaults();
    expect(destination.read()).toEqual({ A: "1", B: "old", GONE: "g" });
    expect(await readParts(destination.store())).toEqual(before);
  });
});

describe.each([direct, terraformRpc])("on $name", (driver) => {
  it("keeps the texts to itself, whatever an instance quotes", async () => {
    await using played = await world();
    const { source, destination } = played;
    await using stack = await driver.open(played);
    const canaries = {
      comment: "canary-comment-7f3a",
      note: "canary-note-51bc",
      meta: "canary-meta-90de",
      old: "canary-old-22aa",
    };
    const left: string[] = [];
    const deploy = async () => {
      await stack.preview(ALL).catch(() => {});
      await stack.deploy(ALL).catch((error: unknown) => {
        left.push(inspect(error, { depth: null, showHidden: true }), String(error));
      });
      left.push(await stack.state());
    };
    await deploy();
    await giveParts(destination.store(), { A: { comment: canaries.old } });
    await giveParts(source.store(), {
      A: { comment: canaries.comment, metadata: { note: canaries.meta }, reminder: [canaries.note, 3] },
    });
    const message = `bad texts: ${Object.values(canaries).join(" and ")}`;
    destination.server.fault({
      kind: "status",
      status: 400,
      method: "PATCH",
      path: BATCH,
      body: { message },
    });
    await deploy();
    await deploy();
    left.push(stack.transcript());
    expect(await readParts(destination.store())).toMatchObject({ A: { comment: canaries.comment } });
    const everything = left.join("\n");
    expect(everything).toContain("bad texts");
    for (const canary of Object.values(canaries)) expect(everything).not.toContain(canary);
  });
});
