import { type MakeClient, openProvider } from "../support/provider-process.ts";
import type { PlayedWorld } from "../support/world.ts";
import type { Driver, Stack } from "./driver.ts";
import { lifecycleStack } from "./lifecycle.ts";

/** Calls the provider in this process. */
export const direct: Omit<Driver, "open"> & {
  open(world: PlayedWorld, makeClient?: MakeClient): Promise<Stack>;
} = {
  name: "direct",
  previewsAll: true,
  async open(world, makeClient) {
    const provider = openProvider(world, makeClient);
    return lifecycleStack(world, {
      call: (kind, method, _config, args) => provider.call(kind, method, ...args),
      nextPhase: provider.nextPhase,
      [Symbol.asyncDispose]: provider[Symbol.asyncDispose],
    });
  },
};
