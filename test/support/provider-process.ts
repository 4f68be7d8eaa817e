/** The provider in this process, as Pulumi calls it: each phase of a deployment has one of its own. */
import { createClient } from "../../provider/infisical/http/client.ts";
import { createCall, type ProviderCall } from "../../provider/pulumi/calls.ts";
import { readPulumiConfig } from "../../provider/pulumi/config.ts";
import { createShared, type Shared } from "../../provider/resources/process.ts";
import type { Context } from "../../provider/resources/resource.ts";
import { providerConfiguration } from "./arguments.ts";
import type { PlayedWorld } from "./world.ts";

/** How clients are made. */
export type MakeClient = typeof createClient;

export interface ProviderProcess extends AsyncDisposable {
  /** What the phase shares. */
  readonly shared: Shared;
  call<T>(kind: Parameters<ProviderCall>[0], method: string, ...args: unknown[]): Promise<T>;
  /** For those who use the resources without calls. */
  context(log?: Context["log"]): Context;
  /** The next call comes from a new phase of a deployment. */
  nextPhase(): Promise<void>;
}

/** @param makeClient for those who must not wait */
export function openProvider(world: PlayedWorld, makeClient: MakeClient = createClient): ProviderProcess {
  const config = providerConfiguration(world);
  const get = (key: string) => config[key]?.value;
  let shared = createShared(makeClient);
  const end = () => shared[Symbol.asyncDispose]();
  return {
    get shared() {
      return shared;
    },
    call: <T>(kind: Parameters<ProviderCall>[0], method: string, ...args: unknown[]) =>
      createCall(shared)(kind, method, { get }, structuredClone(args)) as Promise<T>,
    context: (log = () => {}) => ({
      config: readPulumiConfig({ get }, {}),
      environment: {},
      log,
      now: () => new Date(),
      shared,
    }),
    async nextPhase() {
      await end();
      shared = createShared(makeClient);
    },
    [Symbol.asyncDispose]: end,
  };
}
