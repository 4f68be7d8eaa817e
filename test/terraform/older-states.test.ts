/** States as version 0.1.0 left them, read off the real tool: nothing is planned for them because of a newer provider. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ObjectValue } from "../../provider/terraform/value.ts";
import { root } from "../support/node.ts";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import type { Core } from "../support/terraform/core.ts";
import { CONNECTION, SYNC, startProvider } from "../support/terraform/provider.ts";
import { startWorld, type World } from "../support/world.ts";

interface Recorded {
  attributes: ObjectValue;
  private: string;
}
type State = Record<"connection" | "sync", Recorded>;

const STATES = JSON.parse(
  await readFile(join(root, "test/fixtures/terraform/states-0.1.0.json"), "utf8"),
) as Record<string, State>;
const VALUES = { A: "1", B: "x" };

it.each(Object.entries(STATES))("nothing is planned for the state of a sync, %s", async (name, recorded) => {
  const execution = name.startsWith("native") ? "native" : "engine";
  await using world = await startWorld({ execution, source: VALUES, destination: VALUES });
  await using provider = await startProvider(providerBlock(world));
  const { core } = provider;
  await putState(recorded, provider, world);
  const { action, planned } = await core.plan("connection", CONNECTION, connectionBlock(world));
  expect(action).toBe("none");
  const sync = await core.plan("sync", SYNC, syncOf(world, planned));
  expect(sync.planned).toEqual(sync.prior?.object);
  expect(sync.action).toBe("none");
});

it("nor for one that lacks what has got a default since", async () => {
  const { connection, sync } = STATES["engine"] as State;
  const { on_failure: _, ownership_mark: _2, ...options } = sync.attributes["sync_options"] as ObjectValue;
  const { is_auto_sync_enabled: _3, taken_over: _4, ...attributes } = sync.attributes;
  const older = { connection, sync: { ...sync, attributes: { ...attributes, sync_options: options } } };
  await using world = await startWorld({ source: VALUES, destination: VALUES });
  await using provider = await startProvider(providerBlock(world));
  const { core } = provider;
  await putState(older, provider, world);
  const found = await core.plan("sync", SYNC, syncOf(world, core.state.get("connection")?.object));
  expect(found.planned).toEqual(found.prior?.object);
  expect(found.action).toBe("none");
  // Modules ask for its length.
  expect(found.planned?.["taken_over"]).toEqual({});
});

type Provider = Pick<Awaited<ReturnType<typeof startProvider>>, "core" | "nextPhase">;

/** Deploys, and leaves the recorded state in its place, with the ids of this world. */
async function putState(recorded: State, { core, nextPhase }: Provider, world: World): Promise<void> {
  await nextPhase();
  await core.apply(await core.plan("connection", CONNECTION, connectionBlock(world)));
  await core.apply(await core.plan("sync", SYNC, syncOf(world, core.state.get("connection")?.object)));
  const state = withValues(recorded, valuesOf(core, world));
  put(core, "connection", CONNECTION, state.connection);
  put(core, "sync", SYNC, state.sync);
  await nextPhase();
}

const syncOf = (world: World, connection: ObjectValue | undefined): ObjectValue => ({
  ...syncBlock(world, {}),
  destination_connection: connection ?? null,
});

function valuesOf({ state }: Core, { source, destination }: World): Record<string, unknown> {
  return {
    "source.url": source.server.url,
    "source.projectId": source.projectId,
    "destination.url": destination.server.url,
    "destination.projectId": destination.projectId,
    "destination.clientId": destination.clientId,
    "destination.clientSecret": destination.clientSecret,
    "connection.id": state.get("connection")?.object["id"],
    "connection.credentials_hash": state.get("connection")?.object["credentials_hash"],
    "sync.id": state.get("sync")?.object["id"],
  };
}

const withValues = (recorded: State, values: Record<string, unknown>): State =>
  JSON.parse(
    JSON.stringify(recorded).replaceAll(/\{([a-zA-Z]+\.[a-zA-Z_]+)\}/g, (_, name: string) =>
      String(values[name]),
    ),
  );

function put(core: Core, name: string, type: string, { attributes, private: kept }: Recorded): void {
  core.state.set(name, { type, object: attributes, private: Buffer.from(kept), isTainted: false });
}
