import { call } from "../../provider/pulumi/provider.ts";
import { endSession } from "../../provider/resources/session.ts";
import type { Driver } from "./driver.ts";
import { lifecycleStack } from "./lifecycle.ts";

/** Calls the provider in this process. */
export const direct: Driver = {
  name: "direct",
  previewsAll: true,
  async open(world) {
    return lifecycleStack(world, {
      call: (kind, method, config, args) =>
        call(kind, method, { get: (key) => config[key] }, structuredClone(args)),
      nextPhase: endSession,
      [Symbol.asyncDispose]: endSession,
    });
  },
};
