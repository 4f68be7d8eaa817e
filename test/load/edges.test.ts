/** The largest that the product takes, and one more of it. */
import { describe, expect, test } from "vitest";
import { directRuns } from "../drivers/direct.ts";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { startWorld, type Values, type World } from "../support/world.ts";

const BATCH = "/api/v4/secrets/batch";
const MOST_BODY_BYTES = 1_048_576;

const many = (count: number, value: string): Values =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`KEY_${String(index).padStart(5, "0")}`, value]),
  );

const writesAt = ({ server }: World["source"]) => server.requests.filter(({ method }) => method !== "GET");
const batchesAt = (side: World["source"]) =>
  writesAt(side).flatMap(({ path, items }) => (path === BATCH ? [items] : []));

/** Bytes left for one value, quoted as it is in JSON, in the body of a write to this place. */
function roomFor(key: string, { projectId, environment, secretPath }: World["source"]): number {
  const secrets = [{ secretKey: key, secretValue: "" }];
  const body = { projectId, environment, secretPath, mode: "upsert", secrets };
  return MOST_BODY_BYTES - Buffer.byteLength(JSON.stringify(body));
}

async function deployed(source: Values, run: (world: World) => Promise<void>): Promise<void> {
  await using world = await startWorld({ source });
  await using stack = await directRuns.open(world);
  await stack.deploy({});
  expect(world.destination.read()).toEqual(world.source.read());
  expect((await stack.deploy({})).unchanged).toBe(true);
  await run(world);
}

async function refused(world: World, args: SyncArguments, text: RegExp): Promise<void> {
  await using stack = await directRuns.open(world);
  const before = [world.source.read(), world.destination.read()];
  await expect(stack.preview(args)).rejects.toThrow(text);
  await expect(stack.deploy(args)).rejects.toThrow(text);
  expect([world.source.read(), world.destination.read()]).toEqual(before);
  expect([...batchesAt(world.source), ...batchesAt(world.destination)]).toEqual([]);
}

describe("names of keys", () => {
  test.each([
    ["letters", "K".repeat(500)],
    ["characters that take several bytes", "😀".repeat(500)],
  ])("500 %s are taken, changed and removed", async (_name, key) => {
    await using world = await startWorld({ source: { [key]: "1" } });
    await using stack = await directRuns.open(world);
    await stack.deploy({ removeSecretsOnDelete: true });
    world.source.put({ [key]: "2" });
    await stack.deploy({ removeSecretsOnDelete: true });
    expect(world.destination.read()).toEqual({ [key]: "2" });
    await stack.destroy();
    expect(world.destination.read()).toEqual({});
  });

  test("501 are refused while planning", async () => {
    await using world = await startWorld({ source: { ["K".repeat(501)]: "1", B: "2" } });
    await refused(world, {}, /keys of more than 500 characters: KKK.*Rename/s);
  });
});

describe("the size of a value", () => {
  test.each([
    ["letters", "v", 1],
    ["characters of two bytes", "ü", 2],
    ["characters that are escaped", '"', 2],
    ["control characters", "\u0001", 6],
  ])("%s: the largest body is taken, one more is refused while planning", async (_name, char, bytes) => {
    await using world = await startWorld();
    // The rest of the division goes to the key, whose characters take a byte each.
    const room = roomFor("BIG", world.destination);
    const key = `BIG${"_".repeat(room % bytes)}`;
    const value = char.repeat(Math.floor(room / bytes));
    world.source.put({ [key]: value, SMALL: "s" });
    await using stack = await directRuns.open(world);
    await stack.deploy({});
    expect(world.destination.read()).toEqual({ [key]: value, SMALL: "s" });
    expect(writesAt(world.destination).map(({ bytesIn }) => bytesIn)).toContain(MOST_BODY_BYTES);
    expect(batchesAt(world.destination)).toEqual([1, 1]);

    await using other = await startWorld({ source: { [`${key}_`]: value, SMALL: "s" } });
    await refused(other, {}, /Too large for one request, which may hold \d+ bytes: BIG/);
  });

  test("too large to be imported: refused while planning, on both sides nothing is written", async () => {
    const destination = { BIG: "v".repeat(MOST_BODY_BYTES), SMALL: "s" };
    await using world = await startWorld({ destination, sourceRole: "member" });
    const syncOptions = { initialSyncBehavior: "import-prioritize-destination" };
    await refused(world, { syncOptions }, /Too large for one request.*: BIG\./);
  });

  test("many large values share requests as far as they fit", async () => {
    const source = many(5, "v".repeat(400_000));
    await deployed(source, async ({ destination }) => expect(batchesAt(destination)).toEqual([2, 2, 1]));
  });
});

test("a folder 20 levels down is made by the first run, with its parents, in one request", async () => {
  const path = Array.from({ length: 20 }, (_, level) => `/level-${level + 1}`).join("");
  await using world = await startWorld({ source: { A: "1" } });
  await using stack = await directRuns.open(world);
  await stack.deploy({ destinationPath: path });
  expect(world.destination.server.readSecrets({ ...world.destination, secretPath: path })).toEqual({
    A: "1",
  });
  const made = writesAt(world.destination).filter(({ path }) => path.endsWith("/folders"));
  expect(made.map(({ method, status }) => [method, status])).toEqual([["POST", 200]]);
  expect((await stack.deploy({ destinationPath: path })).unchanged).toBe(true);
});

test.each([
  [499, [499]],
  [500, [500]],
  [501, [500, 1]],
])("%i keys are written by requests of at most 500", async (count, batches) => {
  await deployed(many(count, "v"), async ({ destination }) =>
    expect(batchesAt(destination)).toEqual(batches),
  );
});

test("1,501 keys are removed by four requests", async () => {
  await using world = await startWorld({ source: many(1501, "v") });
  await using stack = await directRuns.open(world);
  await stack.deploy({ removeSecretsOnDelete: true });
  world.destination.put({ FOREIGN: "f" });
  world.destination.server.clearRequests();
  await stack.destroy();
  expect(world.destination.read()).toEqual({ FOREIGN: "f" });
  expect(batchesAt(world.destination)).toEqual([500, 500, 500, 1]);
});
