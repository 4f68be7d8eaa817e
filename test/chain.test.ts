/** What one sync has written is what the next one of the deployment reads, whichever identity listed it before. */
import { expect, test } from "vitest";
import { connectionInputs, syncInputs } from "./support/arguments.ts";
import { openProvider } from "./support/provider-process.ts";
import { makeSide, startWorld, type World } from "./support/world.ts";

test("a destination on the source's host, written with the connection's identity, is a source anew", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const middle = makeSide(world.source.server, {}, { role: "member" });
  const reader = world.source.server.createIdentity({
    memberships: [world.source, middle].map(({ projectId }) => ({ projectId, role: "viewer" })),
  });
  await using provider = providerOf({ ...world, source: { ...world.source, ...reader } });
  const first = syncInputs({ ...world, destination: middle }, { name: "first" }, "connection");
  const second = syncInputs({ ...world, source: middle }, { name: "second" }, "connection");

  expect(await provider.keys(second)).toEqual([]);
  await provider.create("secretSync", first);
  expect(await provider.keys(second)).toEqual(["A"]);
});

test("what an instance has imported into a source is there for the next sync from it", async () => {
  await using world = await startWorld({
    execution: "native",
    source: { A: "1" },
    destination: { B: "2" },
  });
  const other = makeSide(world.destination.server, {}, { role: "member" });
  await using provider = providerOf(world);
  const { id } = await provider.create("connection", connectionInputs(world));
  const syncOptions = { initialSyncBehavior: "import-prioritize-source" };
  const first = syncInputs(world, { name: "first", syncOptions }, id);
  const second = syncInputs({ ...world, execution: "engine", destination: other }, { name: "second" }, "id");

  expect(await provider.keys(second)).toEqual(["A"]);
  await provider.create("secretSync", first);
  expect(await provider.keys(second)).toEqual(["A", "B"]);
});

function providerOf(world: World) {
  const provider = openProvider(world);
  return {
    create: (kind: "connection" | "secretSync", inputs: object) =>
      provider.call<{ id: string }>(kind, "create", inputs),
    /** Names of the keys that a check plans. */
    async keys(inputs: object): Promise<string[]> {
      const checked = await provider.call<{ inputs: { keys: object } }>("secretSync", "check", {}, inputs);
      return Object.keys(checked.inputs.keys);
    },
    [Symbol.asyncDispose]: provider[Symbol.asyncDispose],
  };
}
