import { buildApp } from "./app.ts";
import { systemClock } from "./clock.ts";
import type { Context } from "./context.ts";
import { FaultBox } from "./faults.ts";
import { ensureFolder, findFolder } from "./folders.ts";
import { setMembership } from "./identities.ts";
import { createIdentity } from "./identity-input.ts";
import { createJobs, type JobRunner } from "./jobs/create-jobs.ts";
import type { Environment, Identity, Project, World } from "./model.ts";
import type { InfisicalServer, InfisicalServerOptions, SecretPlace } from "./options.ts";
import { putSecrets } from "./put-secrets.ts";
import { limitsOf } from "./rate-limit.ts";
import { removeSecret } from "./secret-change.ts";
import { applySeed, type Seed, seedSchema } from "./seed.ts";
import { testRoutes } from "./test-routes.ts";
import { addProject, createWorld } from "./world.ts";

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

/** Starts one server with its own world; any number may run in a process. */
export async function startInfisicalServer(options: InfisicalServerOptions = {}): Promise<InfisicalServer> {
  const { host = "127.0.0.1", port = 0 } = options;
  if (!LOOPBACK.includes(host)) throw new Error(`The test server listens on loopback only, not on "${host}"`);
  const context = createContext(options);
  const { world, jobs } = context;
  const admin = createIdentity(world, { name: "bootstrap", orgRole: "admin" });
  const adopt = (projectIds: readonly string[]) => {
    const identity = identityOf(world, admin.identityId);
    for (const id of projectIds) setMembership(world, projectOf(world, id), identity, "admin");
  };
  const seed = (input: Seed) => {
    const result = applySeed(world, seedSchema.parse(input));
    adopt(result.projects.map(({ id }) => id));
    return result;
  };
  if (options.seed) seed(options.seed);

  const app = buildApp(context);
  testRoutes(app, context, adopt);
  const url = await app.listen({ host, port });
  const close = async () => {
    await jobs.close();
    await app.close();
  };

  return {
    url,
    admin,
    organizationId: world.organization.id,
    seed,
    createProject(input = {}) {
      const { id, slug } = addProject(world, {
        ...input,
        environments: input.environments?.map((one) => ({ slug: one })),
      });
      adopt([id]);
      return { id, slug };
    },
    createIdentity: (input = {}) => createIdentity(world, input),
    addMember(projectId, identityId, role) {
      setMembership(world, projectOf(world, projectId), identityOf(world, identityId), role);
    },
    putSecrets(place, secrets) {
      putSecrets(world, ensureFolder(world, environmentOf(world, place), place.secretPath ?? "/"), secrets);
    },
    deleteSecrets(place, keys) {
      const folder = findFolder(environmentOf(world, place), place.secretPath ?? "/");
      for (const key of keys) {
        const secret = folder?.secrets.get(key);
        if (secret) removeSecret(world, secret);
      }
    },
    readSecrets(place) {
      const folder = findFolder(environmentOf(world, place), place.secretPath ?? "/");
      return Object.fromEntries([...(folder?.secrets.values() ?? [])].map(({ key, value }) => [key, value]));
    },
    spoilSecrets(place, keys) {
      const folder = findFolder(environmentOf(world, place), place.secretPath ?? "/");
      for (const key of keys) {
        const secret = folder?.secrets.get(key);
        if (secret) jobs.spoil(secret);
      }
    },
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

function createContext(options: InfisicalServerOptions): Context & { jobs: JobRunner } {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? Math.random;
  const world = createWorld(clock.now);
  return {
    world,
    clock,
    random,
    jobs: createJobs({ world, clock, random }),
    revision: {
      missingFolderList: options.missingFolderList ?? "not-found",
      withoutV4: options.withoutV4 ?? false,
      withoutUpsertMode: options.withoutUpsertMode ?? false,
      withoutItemPaths: options.withoutItemPaths ?? false,
      withoutExternalInfisical: options.withoutExternalInfisical ?? false,
    },
    settings: {
      allowInternalIpConnections: options.allowInternalIpConnections ?? true,
      blockDuplicateSecretSyncDestinations: options.blockDuplicateSecretSyncDestinations ?? false,
      secretSyncLimit: options.secretSyncLimit,
    },
    rateLimits: limitsOf(options.rateLimits),
    faults: new FaultBox(),
    requests: [],
    log: options.log ?? (() => {}),
  };
}

function projectOf(world: World, id: string): Project {
  const project = world.projects.get(id);
  if (!project) throw new Error(`No project ${id}`);
  return project;
}

function identityOf(world: World, id: string): Identity {
  const identity = world.identities.get(id);
  if (!identity) throw new Error(`No identity ${id}`);
  return identity;
}

function environmentOf(world: World, { projectId, environment }: SecretPlace): Environment {
  const found = projectOf(world, projectId).environments.get(environment);
  if (!found) throw new Error(`Project ${projectId} has no environment "${environment}"`);
  return found;
}
