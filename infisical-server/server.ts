import { z } from "zod";
import { createIdentity } from "./auth/identity-input.ts";
import { systemClock } from "./clock.ts";
import type { Context } from "./context.ts";
import { tellAfterCalls, tellAfterTasks } from "./data/changes.ts";
import { settleInterruptedJobs } from "./data/interrupted.ts";
import { openStorage, type Storage } from "./data/storage.ts";
import { createWebhooks } from "./events/webhooks.ts";
import { FaultBox } from "./faults/faults.ts";
import { sharedRoutes } from "./http/app.ts";
import { openDoor } from "./http/door.ts";
import { createRateLimiter, limitsOf } from "./http/rate-limit.ts";
import { addMember, inMemoryCalls } from "./in-memory-calls.ts";
import { createJobs, type JobRunner } from "./jobs/create-jobs.ts";
import type { InfisicalServer, InfisicalServerOptions } from "./options.ts";
import { revisionOf } from "./revisions/revisions.ts";
import { applySeed, type Seed, seedSchemaFor } from "./seed/seed.ts";
import { createWorld } from "./world.ts";

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

/** Starts one server with its own world; any number may run in a process. */
export async function startInfisicalServer(options: InfisicalServerOptions = {}): Promise<InfisicalServer> {
  const { host = "127.0.0.1", port = 0 } = options;
  if (!LOOPBACK.includes(host)) throw new Error(`The test server listens on loopback only, not on "${host}"`);
  const storage = await openStorage(options.dataDir, options.log);
  try {
    return await startWith(storage, options, { host, port });
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function startWith(
  storage: Storage,
  options: InfisicalServerOptions,
  address: { host: string; port: number },
): Promise<InfisicalServer> {
  const { kept, changed } = storage;
  const base = createBase(options, storage);
  const { world, jobs } = base;
  const admin = kept?.admin ?? createIdentity(world, { name: "bootstrap", orgRole: "admin" });
  const adopt = (projectIds: readonly string[]) => {
    for (const id of projectIds) addMember(world, id, admin.identityId, "admin");
  };
  const context: Context = {
    ...base,
    seed(checked) {
      // What a seed brings was there before; only later changes concern syncs.
      const result = jobs.quietly(() => applySeed(world, checked));
      adopt(result.projects.map(({ id }) => id));
      return result;
    },
  };
  const seed = (input: Seed) => {
    const { data, error } = seedSchemaFor(context).safeParse(input);
    if (error) throw new Error(`The seed is refused, and nothing of it is made:\n${z.prettifyError(error)}`);
    return context.seed(data);
  };
  const seeded = kept?.seeded ?? seed(options.seed ?? {});

  const door = await openDoor(context, await sharedRoutes(), address);
  try {
    await storage.begin(() => ({ world, admin, seeded }));
  } catch (error) {
    await door.close();
    throw error;
  }
  settleInterruptedJobs(world, jobs);
  const close = async () => {
    context.webhooks.close();
    await jobs.close();
    await door.close();
    await storage.close();
  };

  return {
    url: door.url,
    admin,
    organizationId: world.organization.id,
    seeded,
    ...tellAfterCalls({ seed, ...inMemoryCalls(world, jobs, adopt) }, changed),
    settled: () => jobs.settled(),
    requests: context.requests,
    clearRequests() {
      context.requests.length = 0;
    },
    auditEvents: world.auditEvents,
    fault: (fault) => context.faults.add(fault),
    clearFaults: () => context.faults.clear(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function createBase(
  options: InfisicalServerOptions,
  { kept, changed, saved }: Storage,
): Omit<Context, "seed"> & { jobs: JobRunner } {
  const clock = tellAfterTasks(options.clock ?? systemClock, changed);
  const random = options.random ?? Math.random;
  // Over an empty world, for what an earlier version did not know.
  const revision = revisionOf(options);
  const world = {
    ...createWorld(clock.now),
    ...kept?.world,
    showsAutoCapitalization: revision.autoCapitalization,
  };
  return {
    world,
    clock,
    random,
    jobs: createJobs({ world, clock, random }),
    revision,
    settings: {
      allowInternalIpConnections: options.allowInternalIpConnections ?? true,
      blockDuplicateSecretSyncDestinations: options.blockDuplicateSecretSyncDestinations ?? false,
      secretSyncLimit: options.secretSyncLimit,
    },
    limit: createRateLimiter(limitsOf(options.rateLimits), { world, revision }),
    streams: new Set(),
    webhooks: createWebhooks({ world, clock }),
    faults: new FaultBox(),
    requests: [],
    log: options.log ?? (() => {}),
    saved,
  };
}
