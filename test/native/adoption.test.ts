/** Who takes over an object of the instance is told that others may manage it: once, when it is taken over. */
import { expect, test } from "vitest";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import { CONNECTION, SYNC, startProvider } from "../support/terraform/provider.ts";
import { type NativeWorld, startNativeWorld } from "./provider-calls.ts";

const told = ({ shown }: NativeWorld) => shown.splice(0).filter((line) => line.startsWith("WARNING: "));
const warningOf = (what: string, name: string, { createdAt, updatedAt }: Record<string, unknown>) =>
  `the Infisical ${what} "${name}" is there already (made ${createdAt}, last updated ${updatedAt}) and is taken over. If another stack or somebody's hand manages it, both will change it in turn.`;

test("a second stack's preview and update say so, once each, and its later ones do not", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  const sync = await world.create("secretSync", world.sync(connection.id));
  expect(told(world)).toEqual([]);

  for (const [kind, what, { id, outs }, declared] of [
    ["connection", "Connection", connection, { ...world.connection, adopt: true }],
    ["secretSync", "Sync", sync, world.sync(connection.id, { adopt: true })],
  ] as const) {
    const warning = `WARNING: ${warningOf(what, String(outs["name"]), outs)}`;
    await world.create(kind, declared);
    // Tools check what they are about to make more than once.
    await world.check(kind, {}, declared);
    expect(told(world)).toEqual([warning]);
    await world.update(kind, id, { ...outs, adopts: id }, declared);
    expect(told(world)).toEqual([]);
  }
});

test("what is not there is made without a word, adopt or not", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const { id } = await world.create("connection", { ...world.connection, adopt: true });
  await world.create("secretSync", world.sync(id, { adopt: true }));
  expect(told(world)).toEqual([]);
});

test("Terraform's plan warns of it, and not of its own object that is replaced", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world));
  const { core, nextPhase } = provider;
  const warned = () => core.transcript.splice(0).filter((text) => text.includes("taken over"));
  const blocks = () => {
    const destination_connection = core.state.get("connection")?.object ?? null;
    return { ...syncBlock(world, {}), destination_connection, adopt: true };
  };
  const connection = { ...connectionBlock(world), adopt: true };
  await nextPhase();
  await core.apply(await core.plan("connection", CONNECTION, connection));
  await core.apply(await core.plan("sync", SYNC, blocks()));
  expect(warned()).toEqual([]);
  for (const name of ["connection", "sync"]) {
    const entry = core.state.get(name);
    if (entry) core.state.set(name, { ...entry, isTainted: true });
  }
  await nextPhase();
  await core.plan("sync", SYNC, blocks());
  await core.plan("connection", CONNECTION, connection);
  expect(warned()).toEqual([]);

  const config = blocks();
  core.state.clear();
  await nextPhase();
  await core.plan("connection", CONNECTION, connection);
  await core.plan("sync", SYNC, config);
  expect(warned()).toEqual([
    expect.stringMatching(
      /^About this connection\nthe Infisical Connection "dr-site" is there already \(made .*\) and is taken over/,
    ),
    expect.stringMatching(
      /^About this sync\nthe Infisical Sync "dr-billing" is there already \(made .*\) and is taken over/,
    ),
  ]);
});
