// For the tests beside this file: a source world with its job runner, moved by hand, and a real remote server.
import { randomUUID } from "node:crypto";
import { createManualClock, type ManualClock } from "../clock.ts";
import type { AppConnection, SecretSync } from "../control-plane/model.ts";
import { ensureFolder, findFolder } from "../folders/folders.ts";
import { type InfisicalServer, startInfisicalServer } from "../index.ts";
import type { Environment, Folder, Project, World } from "../model.ts";
import { putSecrets } from "../secrets/put-secrets.ts";
import { removeSecret } from "../secrets/secret-change.ts";
import { addProject, createWorld, timestamp } from "../world.ts";
import { createJobs, type JobRunner } from "./create-jobs.ts";
import type { JobActor } from "./jobs.ts";

export const ALICE: JobActor = { type: "identity", id: "alice-id", name: "alice" };

/** Where nothing listens; fetch refuses some ports of this kind by itself, but not this one. */
export const NOWHERE = "http://127.0.0.1:2";

export interface JobScenario extends AsyncDisposable {
  world: World;
  clock: ManualClock;
  jobs: JobRunner;
  project: Project;
  /** Of environment `dev`, made when missing. */
  folder(path: string): Folder;
  put(path: string, secrets: Record<string, string>): void;
  drop(path: string, ...keys: string[]): void;
  read(path: string): Record<string, string>;
  connect(more?: Partial<AppConnection["credentials"]>): AppConnection;
  /** From `/app` to the remote `/app`, without deletions being disabled. */
  addSync(more?: Partial<SecretSync>): SecretSync;
  /** Queues a run and lets it start, without time passing: changes made before have not started any. For `random` 0. */
  run(sync: SecretSync): Promise<void>;
  remote: InfisicalServer;
  /** The remote folder of the syncs. */
  remotePut(secrets: Record<string, string>): void;
  remoteRead(): Record<string, string>;
  /** The remote calls since the last time, as `METHOD path`. */
  calls(): string[];
}

/** @param random for all jitter; 0 starts jobs at once */
export async function startJobScenario(random = 0): Promise<JobScenario> {
  const remote = await startInfisicalServer();
  const target = remote.createProject({ slug: "target" });
  const identity = remote.createIdentity({ memberships: [{ projectId: target.id, role: "member" }] });
  const place = { projectId: target.id, environment: "prod", secretPath: "/app" };
  remote.putSecrets(place, {});

  const clock = createManualClock(Date.UTC(2026, 0, 2, 12));
  const world = createWorld(clock.now);
  const jobs = createJobs({ world, clock, random: () => random });
  const project = addProject(world, { slug: "source" });
  const environment = environmentOf(project, "dev");
  const folder = (path: string) => ensureFolder(world, environment, path);
  folder("/app");

  const connect: JobScenario["connect"] = (more = {}) => {
    const at = timestamp(world);
    const connection: AppConnection = {
      id: randomUUID(),
      name: "remote",
      description: null,
      project: null,
      credentials: {
        instanceUrl: remote.url,
        machineIdentityClientId: identity.clientId,
        machineIdentityClientSecret: identity.clientSecret,
        ...more,
      },
      credentialsHash: "",
      createdAt: at,
      updatedAt: at,
    };
    world.connections.set(connection.id, connection);
    return connection;
  };
  const connection = connect();

  return {
    world,
    clock,
    jobs,
    project,
    folder,
    put: (path, secrets) => putSecrets(world, folder(path), secrets),
    drop(path, ...keys) {
      for (const key of keys) {
        const secret = folder(path).secrets.get(key);
        if (secret) removeSecret(world, secret);
      }
    },
    read: (path) => valuesOf(findFolder(environment, path)),
    connect,
    addSync(more = {}) {
      const sync = newSync(world, project, {
        folder: folder("/app"),
        connection,
        destinationConfig: place,
        ...more,
      });
      world.syncs.set(sync.id, sync);
      return sync;
    },
    async run(sync) {
      jobs.queueSync(sync, ALICE);
      await clock.advance(0);
    },
    remote,
    remotePut: (secrets) => remote.putSecrets(place, secrets),
    remoteRead: () => remote.readSecrets(place),
    calls() {
      const calls = remote.requests.map(({ method, path }) => `${method} ${path}`);
      remote.clearRequests();
      return calls;
    },
    async [Symbol.asyncDispose]() {
      await jobs.close();
      await remote.close();
    },
  };
}

export function environmentOf(project: Project, slug: string): Environment {
  const environment = project.environments.get(slug);
  if (!environment) throw new Error(`No environment ${slug}`);
  return environment;
}

function newSync(
  world: World,
  project: Project,
  given: Pick<SecretSync, "folder" | "connection" | "destinationConfig"> & Partial<SecretSync>,
): SecretSync {
  const id = randomUUID();
  const at = timestamp(world);
  const record = () => ({ status: null, jobId: null, message: null, at: null });
  return {
    id,
    name: `sync-${id}`,
    description: null,
    isAutoSyncEnabled: true,
    project,
    syncOptions: { initialSyncBehavior: "overwrite-destination" },
    sync: record(),
    import: record(),
    remove: record(),
    createdAt: at,
    updatedAt: at,
    ...given,
  };
}

const valuesOf = (folder: Folder | undefined) =>
  Object.fromEntries([...(folder?.secrets.values() ?? [])].map(({ key, value }) => [key, value]));
