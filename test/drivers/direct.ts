import { type MakeClient, openProvider } from "../support/provider-process.ts";
import type { PlayedWorld } from "../support/world.ts";
import type { Driver, Stack } from "./driver.ts";
import { lifecycleStack } from "./lifecycle.ts";

type Direct = Omit<Driver, "open"> & {
  open(world: PlayedWorld, makeClient?: MakeClient): Promise<Stack>;
};

const calling = (previews: boolean): Direct => ({
  name: "direct",
  previewsAll: true,
  async open(world, makeClient) {
    const provider = openProvider(world, makeClient);
    return lifecycleStack(
      world,
      {
        call: (kind, method, _config, args) => provider.call(kind, method, ...args),
        nextPhase: provider.nextPhase,
        [Symbol.asyncDispose]: provider[Symbol.asyncDispose],
      },
      previews,
    );
  },
});

/** Calls the provider in this process; each deployment is previewed before, as the command `up` does. */
export const direct = calling(true);

/** The same without that, for scenarios and tests that preview what they want to have previewed. */
export const directRuns = calling(false);
