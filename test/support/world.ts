import {
  type InfisicalServer,
  type InfisicalServerOptions,
  startInfisicalServer,
  systemClock,
} from "../../infisical-server/index.ts";
import type { SecretStore } from "../../provider/engine/store.ts";
import { createStore } from "../../provider/infisical/secrets/store.ts";
import type { Execution } from "../../provider/schema.ts";
import { foldersBelow, keysIn } from "./folders.ts";
import { ARGUMENT_NAMES, clientFor } from "./store-subject.ts";

/** Values by key name. */
export type Values = Record<string, string>;

export interface WorldOptions {
  /** Who runs the sync. Default `engine`. */
  execution?: Execution;
  /** Where the connection's client secret comes from. Default: its argument. */
  connectionSecret?: "argument" | "configuration";
  source?: Values;
  destination?: Values;
  /** Folders beneath on either side, by their paths from there: keys of secrets in them begin with theirs. */
  folders?: readonly string[];
  /** The destination folder exists from the start. Default true. */
  destinationFolder?: boolean;
  /** Role of the source identity. Default `viewer`, which may read values; in native execution `member`. */
  sourceRole?: "admin" | "member" | "viewer" | "describe-only" | "no-access";
  destinationRole?: "admin" | "member" | "viewer" | "describe-only" | "no-access";
  /** Role of the source identity in its organization. Default in native execution `admin`, else none. */
  sourceOrgRole?: "admin" | "member" | "no-access";
  /** Options of the source instance, over those of the execution. */
  sourceServer?: InfisicalServerOptions;
  destinationServer?: InfisicalServerOptions;
}

/** Two folders of two instances, and an identity on either: what drivers play scenarios on. */
export interface PlayedWorld extends AsyncDisposable {
  execution: Execution;
  connectionSecret: "argument" | "configuration";
  source: PlayedSide;
  destination: PlayedSide;
  /** The source instance, where it is a local one: in native execution its connections and syncs are looked at, too. */
  instance?: InfisicalServer;
}

export interface PlayedSide {
  server: { readonly url: string };
  projectId: string;
  environment: string;
  /** The folder below which all folders of the world stand; empty for the environment's root. */
  root: string;
  secretPath: string;
  clientId: string;
  clientSecret: string;
  put(values: Values): void | Promise<void>;
  /** The place as somebody sees it who may do anything there. */
  store(): SecretStore;
  drop(...keys: string[]): void | Promise<void>;
  read(): Values | Promise<Values>;
}

/** Two local instances with a project each, an identity on either, and what is needed to sync between them. */
export interface World extends PlayedWorld {
  source: Side;
  destination: Side;
}

export interface Side extends PlayedSide {
  server: InfisicalServer;
  identityId: string;
  put(values: Values): void;
  drop(...keys: string[]): void;
  read(): Values;
}

const PLACE = { environment: "prod", secretPath: "/app" };

/**
 * Runs that are asked for start at once. Those that follow a change by themselves are a minute late, so that they
 * do not get ahead of a test's next step.
 */
const SOURCE_THAT_RUNS: InfisicalServerOptions = {
  random: () => 0,
  clock: {
    now: systemClock.now,
    schedule: (delayMs, task) => systemClock.schedule(delayMs * 20, task),
  },
};

/** Starts and seeds both instances; disposing the world closes them. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const isNative = options.execution === "native";
  const [source, destination] = await Promise.all([
    startSide(options.source ?? {}, true, {
      role: options.sourceRole ?? (isNative ? "member" : "viewer"),
      // Connections of the organization are made by its admins.
      orgRole: options.sourceOrgRole ?? (isNative ? "admin" : undefined),
      server: { ...(isNative && SOURCE_THAT_RUNS), ...options.sourceServer },
      folders: options.folders,
    }),
    startSide(options.destination ?? {}, options.destinationFolder ?? true, {
      role: options.destinationRole ?? "member",
      server: options.destinationServer ?? {},
      folders: options.folders,
    }),
  ]);
  return {
    execution: options.execution ?? "engine",
    connectionSecret: options.connectionSecret ?? "argument",
    source,
    destination,
    instance: source.server,
    async [Symbol.asyncDispose]() {
      await Promise.all([source.server.close(), destination.server.close()]);
    },
  };
}

async function startSide(
  values: Values,
  folder: boolean,
  { server, ...rights }: Rights & { server?: InfisicalServerOptions },
): Promise<Side> {
  return makeSide(await startInfisicalServer(server), folder ? values : undefined, rights);
}

interface Rights {
  role: NonNullable<WorldOptions["sourceRole"]>;
  orgRole?: WorldOptions["sourceOrgRole"];
  folders?: WorldOptions["folders"] | undefined;
}

/** A project of its own at an instance, with an identity; its folder is there if there are values, be they none. */
export function makeSide(
  server: InfisicalServer,
  values: Values | undefined,
  { role, orgRole, folders = [] }: Rights,
): Side {
  const { id: projectId } = server.createProject({ name: "Billing" });
  const { identityId, clientId, clientSecret } = server.createIdentity({
    orgRole,
    memberships: [{ projectId, role }],
  });
  const place = { projectId, ...PLACE };
  const below = foldersBelow(place, folders);
  const put = (more: Values) => {
    for (const each of below.split(more)) server.putSecrets(each.place, each.values);
  };
  if (values) {
    server.putSecrets(place, {});
    put(values);
  }
  return {
    server,
    ...place,
    root: "",
    identityId,
    clientId,
    clientSecret,
    put,
    store: () =>
      createStore(clientFor(server, server.admin), { origin: server.url, ...place }, ARGUMENT_NAMES),
    drop: (...keys) => {
      const named = Object.fromEntries(keys.map((key) => [key, true]));
      for (const each of below.split(named)) server.deleteSecrets(each.place, Object.keys(each.values));
    },
    // A plain assignment would lose the key `__proto__`.
    read: () =>
      Object.fromEntries(
        below.all.flatMap((each) => Object.entries(keysIn(each.folder, server.readSecrets(each.place)))),
      ),
  };
}
