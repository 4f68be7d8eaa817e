/** Many syncs in one stack against instances with the Free plan's limits, driven as Pulumi drives a provider. */
import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "../../provider/infisical/http/client.ts";
import { createCall, type ProviderCall } from "../../provider/pulumi/calls.ts";
import { createShared } from "../../provider/resources/process.ts";
import { type Figures, figuresOf, heapBytes } from "./figures.ts";
import { type Plan, placeOf, type Sides } from "./protocol.ts";
import { type Servers, startServers } from "./servers.ts";

/** Pulumi's default on four cores. */
const PARALLEL = 16;

type Properties = Record<string, unknown>;
interface Recorded {
  id: string;
  inputs: Properties;
  outputs: Properties;
}

/** First deployment, an unchanged preview, and a deployment of one changed key in a hundred. */
export async function soak(plan: Plan, tell: (figures: Figures) => void): Promise<void> {
  const makeClient = hurried(plan.speed);
  await using servers = await startServers(plan);
  const state: (Recorded | undefined)[] = Array.from({ length: plan.syncs });
  const phase = async (name: string, run: (provided: Provided, watch: Watch) => Promise<void>) => {
    await using shared = createShared(makeClient);
    const watch = createWatch(plan.syncs);
    const start = performance.now();
    await run({ ...servers.sides, call: createCall(shared) }, watch);
    const ms = performance.now() - start;
    const arrived = await servers.tally();
    const stateBytes = JSON.stringify(state).length;
    tell(figuresOf(name, { ms, speed: plan.speed, stateBytes, ...arrived, ...watch }));
  };
  await phase("preview of the first deployment", (provided, watch) => preview(provided, state, watch));
  await phase("first deployment", (provided, watch) => deploy(provided, state, watch));
  await phase("unchanged preview", (provided, watch) => preview(provided, state, watch));
  await servers.change(Math.ceil(plan.keys / 100));
  await phase("deployment of 1 % changed", (provided, watch) => deploy(provided, state, watch));
  await requireEqual(servers);
}

async function requireEqual(servers: Servers): Promise<void> {
  const unequal = await servers.unequal();
  if (unequal > 0) throw new Error(`${unequal} folders are not equal on both sides.`);
}

/** Makes clients that live as much faster as the servers do. */
function hurried(speed: number): typeof createClient {
  const start = Date.now();
  const runtime = {
    delay: (ms: number, signal: AbortSignal) => delay(ms / speed, undefined, { signal }),
    now: () => start + Math.round((performance.timeOrigin + performance.now() - start) * speed),
    random: Math.random,
  };
  return (options) => createClient({ ...options, timeoutMs: 60_000 * speed }, runtime);
}

/** The instances, and the provider of one phase. */
type Provided = Sides & { call: ProviderCall };

/** What is seen of the syncs while they run. */
interface Watch {
  /** How long each took, from when the engine asked for it. */
  durationsMs: number[];
  heap: number[];
  ended(ms: number): void;
}

function createWatch(syncs: number): Watch {
  const watch: Watch = {
    durationsMs: [],
    heap: [heapBytes()],
    ended(ms) {
      watch.durationsMs.push(ms);
      if (watch.durationsMs.length % Math.ceil(syncs / 10) === 0) watch.heap.push(heapBytes());
    },
  };
  return watch;
}

/** Checks come one after the other, as from Pulumi's step generator. */
async function preview(
  sides: Provided,
  state: readonly (Recorded | undefined)[],
  watch: Watch,
): Promise<void> {
  for (const [sync, before] of state.entries()) {
    const start = performance.now();
    await check(sides, sync, before);
    watch.ended(performance.now() - start);
  }
}

/** Checks one after the other, while what they have led to is carried out a few at a time. */
async function deploy(sides: Provided, state: (Recorded | undefined)[], watch: Watch): Promise<void> {
  const steps: (() => Promise<void>)[] = [];
  const running = new Set<Promise<void>>();
  const startNext = () => {
    while (running.size < PARALLEL) {
      const step = steps.shift();
      if (!step) return;
      const end: Promise<void> = step().finally(() => {
        running.delete(end);
        startNext();
      });
      running.add(end);
    }
  };
  for (const [sync, before] of state.entries()) {
    const inputs = await check(sides, sync, before);
    steps.push(async () => {
      const start = performance.now();
      state[sync] = await reconcile(sides, before, inputs);
      watch.ended(performance.now() - start);
    });
    startNext();
  }
  while (running.size > 0) await Promise.race(running);
}

async function check(sides: Provided, sync: number, before: Recorded | undefined): Promise<Properties> {
  const checked = await ask<{ inputs?: Properties; failures?: { reason: string }[] }>(sides, "check", [
    before?.inputs ?? {},
    inputsOf(sides, sync),
  ]);
  if (checked.failures || !checked.inputs)
    throw new Error(checked.failures?.map(({ reason }) => reason).join("\n"));
  return checked.inputs;
}

async function reconcile(
  sides: Provided,
  before: Recorded | undefined,
  inputs: Properties,
): Promise<Recorded> {
  const { id, outs } = before
    ? {
        id: before.id,
        ...(await ask<{ outs: Properties }>(sides, "update", [before.id, before.outputs, inputs])),
      }
    : await ask<{ id: string; outs: Properties }>(sides, "create", [inputs]);
  return { id, inputs, outputs: outs };
}

const ask = <T>({ source, call }: Provided, method: string, args: unknown[]): Promise<T> => {
  const config: Record<string, string> = {
    host: source.url,
    clientId: source.clientId,
    clientSecret: source.clientSecret,
  };
  const get = (key: string) => config[key.replace(/^external-infisical:/, "")];
  return call("secretSync", method, { get }, structuredClone(args)) as Promise<T>;
};

const inputsOf = ({ source, destination }: Sides, sync: number): Properties => ({
  name: `load-${sync}`,
  ...placeOf(source, sync),
  destinationConfig: placeOf(destination, sync),
  syncOptions: { initialSyncBehavior: "overwrite-destination" },
  connectionId: "load",
  connectionName: "load",
  instanceUrl: destination.url,
  machineIdentityClientId: destination.clientId,
  machineIdentityClientSecret: destination.clientSecret,
});
