/** A deployment that is stopped lets the request under way end, makes no other, and records what was done. */
import { expect, test, vi } from "vitest";
import { connectionInputs, syncInputs } from "../support/arguments.ts";
import { type Checked, type Made, openPlugin, type Properties } from "../support/pulumi-plugin-calls.ts";
import { startWorld } from "../support/world.ts";

const BATCH = "/api/v4/secrets/batch";

test("what was written before a stop is in the state that comes with the error", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { OLD: "x" } });
  const { server } = world.destination;
  await using plugin = await openPlugin(world);
  const { id } = await plugin.call<Made>("connection", "create", connectionInputs(world));
  const { inputs } = await plugin.call<Checked>("secretSync", "check", {}, syncInputs(world, {}, id));
  server.fault({ kind: "delay", ms: 500, path: BATCH, method: "PATCH" });
  const writes = () => server.requests.filter(({ path, method }) => path === BATCH && method === "PATCH");
  const failed = plugin.call("secretSync", "create", inputs).then(
    () => undefined,
    (error: Error & { properties?: Properties }) => error,
  );
  await vi.waitFor(() => expect(writes()).toHaveLength(1), { timeout: 20_000, interval: 10 });
  await plugin.plugin.client.call("cancel", "Empty", {});
  const error = await failed;
  expect(error?.message).toMatch(/stopped half-way \(1 created\)/);
  expect(error?.properties).toMatchObject({ syncStatus: "failed", keys: { A: expect.any(String) } });
  expect(world.destination.read()).toEqual({ A: "1", OLD: "x" });
});

test("after a stop nothing is asked any more", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using plugin = await openPlugin(world);
  await plugin.plugin.client.call("cancel", "Empty", {});
  const before = world.source.server.requests.length;
  const checked = await plugin.call<Checked>("secretSync", "check", {}, syncInputs(world, {}, "an-id"));
  expect(checked.failures?.[0]?.reason).toMatch(/the deployment was stopped/);
  expect(world.source.server.requests.length).toBe(before);
});
