/** The provider's own calls in native execution, and the source's API as its admin sees it. */
import { type Api, adminOf } from "../support/admin.ts";
import { connectionInputs, syncInputs } from "../support/arguments.ts";
import { type MakeClient, openProvider, type ProviderProcess } from "../support/provider-process.ts";
import { startWorld, type World, type WorldOptions } from "../support/world.ts";

export type Properties = Record<string, unknown>;
export type Failure = Error & { id?: string; properties?: Properties; reasons?: string[] };

interface Made {
  id: string;
  outs: Properties;
}

export interface NativeWorld extends World {
  check(
    kind: Kind,
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs?: Properties; failures?: unknown[] }>;
  /** Checks and creates, in a deployment of its own; fails like either. */
  create(kind: Kind, news: Properties): Promise<Made>;
  update(kind: Kind, id: string, olds: Properties, news: Properties): Promise<Properties>;
  /** Creates and updates by inputs that were checked before. */
  apply(kind: Kind, inputs: Properties): Promise<Made>;
  reapply(kind: Kind, id: string, olds: Properties, inputs: Properties): Promise<Properties>;
  diff(kind: Kind, id: string, olds: Properties, news: Properties): Promise<Properties>;
  read(
    kind: Kind,
    id: string,
    olds: Properties,
  ): Promise<{ id: string; props: Properties; inputs: Properties }>;
  remove(kind: Kind, id: string, olds: Properties): Promise<void>;
  /** Deletes in the deployment of the calls before. */
  discard(kind: Kind, id: string, olds: Properties): Promise<void>;
  /** Inputs of the world's connection. */
  connection: Properties;
  /** Inputs of a sync over that connection. */
  sync(connectionId: string, over?: Properties): Properties;
  /** A request of the source's admin. */
  api: Api;
  /** Whom the calls go to. */
  provider: ProviderProcess;
  /** What was shown to the user until now. */
  shown: string[];
}

type Kind = "connection" | "secretSync";

const SYNCS = "/api/v1/secret-syncs/external-infisical";

export async function startNativeWorld(
  options: WorldOptions = {},
  makeClient?: MakeClient,
): Promise<NativeWorld> {
  const world = await startWorld({ execution: "native", ...options });
  const provider = openProvider(world, makeClient);
  const shown: string[] = [];
  const log = console.log;
  console.log = (line: string) => shown.push(line);
  const ask = provider.call;

  const native: NativeWorld = {
    ...world,
    provider,
    shown,
    connection: connectionInputs(world),
    sync: (connectionId, over = {}) => ({ ...syncInputs(world, {}, connectionId), ...over }),
    check: (kind, olds, news) => ask(kind, "check", olds, news),
    async create(kind, news) {
      await provider.nextPhase();
      const { inputs, failures } = await native.check(kind, {}, news);
      if (!inputs || failures?.length) throw new Error(JSON.stringify(failures));
      return native.apply(kind, inputs);
    },
    async update(kind, id, olds, news) {
      await provider.nextPhase();
      // A check is given the inputs of the last deployment, which name what was announced.
      const { intendedKeys: keys = olds["keys"], ...before } = olds;
      const { inputs, failures } = await native.check(kind, { ...before, keys }, news);
      if (!inputs || failures?.length) throw new Error(JSON.stringify(failures));
      return native.reapply(kind, id, olds, inputs);
    },
    apply: (kind, inputs) => ask(kind, "create", inputs),
    reapply: async (kind, id, olds, inputs) => (await ask<Made>(kind, "update", id, olds, inputs)).outs,
    diff: (kind, id, olds, news) => ask(kind, "diff", id, olds, news),
    async read(kind, id, olds) {
      await provider.nextPhase();
      return ask(kind, "read", id, olds);
    },
    async remove(kind, id, olds) {
      await provider.nextPhase();
      await native.discard(kind, id, olds);
    },
    discard: (kind, id, olds) => ask(kind, "delete", id, olds),
    api: adminOf(world.source.server),
    async [Symbol.asyncDispose]() {
      console.log = log;
      await provider[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
  return native;
}

/** What a rejected call carries. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    return error as Failure;
  }
  throw new Error("It did not fail.");
}

/** The sync as the instance answers it. */
export async function rowOf(world: NativeWorld, id: string): Promise<Properties | undefined> {
  const { secretSync } = await world.api("GET", `${SYNCS}/${id}`);
  return secretSync as Properties | undefined;
}

/** How many requests of a kind the source has got. */
export const requestsTo = (world: NativeWorld, method: string, path: string) =>
  world.source.server.requests.filter((each) => each.method === method && each.path.startsWith(path)).length;
