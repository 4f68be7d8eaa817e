/** The names of both sides' projects: when they are asked for, and that nothing depends on them. */
import { expect, test } from "vitest";
import { startNativeWorld } from "../../../test/native/provider-calls.ts";
import type { WorldOptions } from "../../../test/support/world.ts";
import type { Execution } from "../../schema.ts";

/** A world with a sync that has run once, and a way to preview its next run. */
async function start(options: WorldOptions) {
  const world = await startNativeWorld({ source: { A: "1" }, ...options });
  const connection = await world.create("connection", world.connection);
  const inputs = world.sync(connection.id);
  const { outs } = await world.create("secretSync", inputs);
  const { source, destination } = world;
  return {
    world,
    /** The lines that tell what the next run does, and the requests for projects of either side. */
    async preview() {
      await world.provider.nextPhase();
      world.shown.length = 0;
      for (const { server } of [source, destination]) server.clearRequests();
      const checked = await world.check("secretSync", outs, inputs);
      const asked = [source, destination].map(
        ({ server }) => server.requests.filter(({ path }) => /^\/api\/v1\/projects\//.test(path)).length,
      );
      return { checked, asked, told: world.shown.filter((line) => line.includes(": planned: ")) };
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

test.each<Execution>(["engine", "native"])(
  "%s: a later run tells both, for a request a side, and a run that changes nothing asks nobody",
  async (execution) => {
    await using sync = await start({ execution });
    const { source, destination } = sync.world;
    expect(await sync.preview()).toMatchObject({ asked: [0, 0], told: [] });
    source.put({ B: "2" });
    const { asked, told } = await sync.preview();
    expect(asked).toEqual([1, 1]);
    expect(told).toEqual([
      expect.stringContaining(
        `from "Billing" (${source.projectId}) prod:/app at ${source.server.url} to "Billing" (${destination.projectId}) prod:/app at ${destination.server.url}`,
      ),
    ]);
  },
);

test("where an instance refuses or fails to tell it, the id is shown, after one try", async () => {
  await using sync = await start({ execution: "engine" });
  const { source, destination } = sync.world;
  source.put({ B: "2" });
  const { inputs } = (await sync.preview()).checked;
  source.server.fault({ kind: "status", status: 403, path: /projects/, times: 9 });
  destination.server.fault({ kind: "status", status: 500, path: /projects/, times: 9 });
  const { checked, asked, told } = await sync.preview();
  expect(checked).toEqual({ inputs });
  expect(asked).toEqual([1, 1]);
  expect(told[0]).toContain(
    `from ${source.projectId} prod:/app at ${source.server.url} to ${destination.projectId} prod:/app at`,
  );
});
