/** Secrets stay sealed, and nothing is lost, in what runs leave that stopped half-way. */
import { expect, test } from "vitest";
import { pulumiPluginRuns } from "../drivers/pulumi-plugin.ts";
import { secret } from "../support/pulumi-plugin.ts";
import { startWorld, type World } from "../support/world.ts";

const many = Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`KEY_${index}`, "v"]));

test("the client secret is sealed in every state, also in what a run leaves that stopped half-way", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { OLD: "x" } });
  await using stack = await pulumiPluginRuns.open(world);
  refuse(world, { method: "DELETE" });
  await expect(stack.deploy({})).rejects.toThrow(/stopped half-way/);
  const state = await stack.state();
  const { clientSecret } = world.destination;
  expect(state).toContain('"syncStatus":"failed"');
  const sealed = JSON.stringify(secret(clientSecret));
  expect(state.split(sealed).length, "connection and sync, inputs and outputs").toBe(5);
  expect(state.replaceAll(sealed, "")).not.toContain(clientSecret);
});

test("a state that is too large for an error is not recorded, which is said, and the next run finishes", async () => {
  await using world = await startWorld({ source: many });
  await using stack = await pulumiPluginRuns.open(world);
  refuse(world, { method: "PATCH", nth: 2 });
  await expect(stack.deploy({})).rejects.toThrow(/stopped half-way.*state stays as it was.*Deploy again/s);
  world.destination.server.clearFaults();
  await stack.deploy({});
  expect(world.destination.read()).toEqual(many);
  expect((await stack.deploy({})).unchanged).toBe(true);
});

const refuse = ({ destination }: World, which: { method: string; nth?: number }) =>
  destination.server.fault({
    kind: "status",
    status: 403,
    path: "/api/v4/secrets/batch",
    times: Number.POSITIVE_INFINITY,
    ...which,
  });
