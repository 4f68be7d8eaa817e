/** A world whose instances stand behind gateways, and a stack whose clients do not wait. */
import type { SecretStore } from "../../provider/engine/store.ts";
import { createClient, type InfisicalClient, type Runtime } from "../../provider/infisical/http/client.ts";
import { createTreeStore } from "../../provider/infisical/secrets/tree.ts";
import type { Stack } from "../drivers/driver.ts";
import type { MakeClient } from "../support/provider-process.ts";
import { ARGUMENT_NAMES, clientFor } from "../support/store-subject.ts";
import { type Side, startWorld, type World } from "../support/world.ts";
import { type Gateway, openGateway } from "./gateway.ts";
import type { Stores } from "./state.ts";
import { OTHER_PATH, type Story } from "./stories.ts";

export type SideName = "source" | "destination";

/** The largest answers of the stories are a fraction of it. */
const MOST_BYTES = 1_048_576;

export interface Arena extends AsyncDisposable {
  /** As the sync sees it. */
  world: World;
  stack: Stack;
  gateways: Record<SideName, Gateway>;
  /** Both sides as their admins see them, past the gateways. */
  stores: Stores;
  /** What all folders hold. */
  contents(): string;
}

/** Opens both sides with the story's past behind them. */
export async function openArena(story: Story, open: (world: World) => Promise<Stack>): Promise<Arena> {
  const world = await startWorld(story.given);
  const { source, destination } = world;
  const [atSource, atDestination] = await Promise.all(
    [source, destination].map((side) => openGateway(side.server)),
  );
  if (!atSource || !atDestination) throw new Error("Two sides have two gateways.");
  const seen: World = {
    ...world,
    source: behind(source, atSource),
    destination: behind(destination, atDestination),
  };
  const other = { ...destination, secretPath: OTHER_PATH };
  const admins = [adminStore(source), adminStore(destination), adminStore(other)] as const;
  const [sourceAdmin, destinationAdmin, otherAdmin] = admins;
  const folders = [source.read, destination.read, () => destination.server.readSecrets(other)];
  const stack = await open(seen);
  await story.before?.(stack, seen);
  return {
    world: seen,
    stack,
    gateways: { source: atSource, destination: atDestination },
    stores: { source: sourceAdmin.store, destination: destinationAdmin.store, other: otherAdmin.store },
    contents: () => JSON.stringify(folders.map((read) => Object.entries(read()).sort())),
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]();
      const open = [...admins.map(({ client }) => client), atSource, atDestination];
      await Promise.all(open.map((one) => one[Symbol.asyncDispose]()));
      await world[Symbol.asyncDispose]();
    },
  };
}

/** A side, with all folders beneath, as its admin sees it, past all gateways; the client is to be disposed of. */
export function adminStore({ server, projectId, environment, secretPath }: Side): {
  client: InfisicalClient;
  store: SecretStore;
} {
  const client = clientFor(server, server.admin);
  const place = { origin: server.url, projectId, environment, secretPath };
  return { client, store: createTreeStore(client, place, ARGUMENT_NAMES) };
}

/** A side with a gateway before it. */
export const behind = (side: Side, { url }: Gateway): Side => ({ ...side, server: { ...side.server, url } });

/** Clients that note their waits and do not wait; their patience with an instance is the usual one, or less. */
export interface Hurry {
  makeClient: MakeClient;
  waitsMs: number[];
  /** Of the clients of the next phase. */
  timeoutMs: number | undefined;
}

export function hurry(): Hurry {
  // What waits for the end of a pause is told the whole of it, however busy the machine is.
  const startedAt = Date.now();
  const runtime: Runtime = {
    async delay(ms, signal) {
      hurried.waitsMs.push(ms);
      signal.throwIfAborted();
    },
    now: () => startedAt,
    random: () => 0.5,
  };
  const hurried: Hurry = {
    waitsMs: [],
    timeoutMs: undefined,
    makeClient(options) {
      const { timeoutMs } = hurried;
      const bounds = { mostAnswerBytes: MOST_BYTES, ...(timeoutMs !== undefined && { timeoutMs }) };
      return createClient({ ...options, ...bounds }, runtime);
    },
  };
  return hurried;
}
