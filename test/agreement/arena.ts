/** Two pairs of instances: on one the product's own algorithm acts, on the other our engine, on equal worlds. */

import {
  createManualClock,
  type InfisicalServer,
  startInfisicalServer,
} from "../../infisical-server/index.ts";
import type { InfisicalClient } from "../../provider/infisical/http/client.ts";
import { clientFor } from "../support/store-subject.ts";

export interface Instance {
  server: InfisicalServer;
  /** Its admin, who is a member of every project. */
  client: InfisicalClient;
}

export interface Pair {
  source: Instance;
  destination: Instance;
}

export interface Arena extends AsyncDisposable {
  native: Pair;
  engine: Pair;
  /** Id of the connection from the native source to its destination. */
  connectionId: string;
  /** Lets the native source do what is due: the job, its further attempts, what follows changes. */
  letJobsRun(): Promise<void>;
  /** Unique within the arena, and usable as id of a project on all instances. */
  nextName(): string;
  /** What was listed before others changed the sides is not to be accepted, and need not be kept. */
  forget(): void;
}

/** Longer than the five attempts of a job take together. */
const ALL_ATTEMPTS_MS = 60_000;
/** Of a project on each source that others may refer to. */
export const FAR_PROJECT = "faraway";

/** How many worlds share an arena: servers are opened seldom, and what earlier worlds left in them stays little. */
const WORLDS_EACH = 250;

/** Arenas for any number of worlds. */
export function openArenas(): AsyncDisposable & { next(): Promise<Arena> } {
  let arena: Arena | undefined;
  let left = 0;
  return {
    async next() {
      if (!arena || left === 0) {
        await arena?.[Symbol.asyncDispose]();
        arena = await openArena();
        left = WORLDS_EACH;
      }
      left -= 1;
      return arena;
    },
    [Symbol.asyncDispose]: async () => arena?.[Symbol.asyncDispose](),
  };
}

export async function openArena(): Promise<Arena> {
  const clock = createManualClock(Date.UTC(2026, 0, 2, 12));
  const instances = await Promise.all([
    openInstance({ clock, random: () => 0 }),
    openInstance(),
    openInstance(),
    openInstance(),
  ]);
  const [runner, target, source, destination] = instances;
  for (const { server } of [runner, source]) {
    server.seed({
      projects: [{ id: FAR_PROJECT, slug: FAR_PROJECT, secrets: { dev: { "/": { X: "far away" } } } }],
    });
  }
  const { clientId, clientSecret } = target.server.admin;
  const { connections } = runner.server.seed({
    connections: [
      {
        name: "target",
        credentials: {
          instanceUrl: target.server.url,
          machineIdentityClientId: clientId,
          machineIdentityClientSecret: clientSecret,
        },
      },
    ],
  });
  let worlds = 0;
  return {
    native: { source: runner, destination: target },
    engine: { source, destination },
    connectionId: connections[0]?.id ?? "",
    letJobsRun: () => clock.advance(ALL_ATTEMPTS_MS),
    nextName() {
      worlds += 1;
      return `world-${worlds}`;
    },
    forget() {
      for (const { client, server } of instances) {
        client.listings.clear();
        server.clearRequests();
      }
    },
    async [Symbol.asyncDispose]() {
      for (const { client } of instances) await client[Symbol.asyncDispose]();
      // The runner before the instance it may still be calling.
      for (const { server } of instances) await server.close();
    },
  };
}

async function openInstance(options?: Parameters<typeof startInfisicalServer>[0]): Promise<Instance> {
  const server = await startInfisicalServer(options);
  return { server, client: clientFor(server, server.admin) };
}
