import { createPulumiEngine } from "../../automation/engines/pulumi-cli/pulumi-engine.ts";
import { cli } from "../support/pulumi-cli.ts";
import { isThorough } from "../support/thorough.ts";
import type { Driver } from "./driver.ts";
import { engineStack } from "./engines.ts";

/** A stack folder run by the real Pulumi CLI. */
export const pulumiCli: Driver = {
  name: cli ? `pulumi-cli ${cli.version}` : "pulumi-cli",
  ...(!cli
    ? { unavailable: "no pulumi on the PATH" }
    : !isThorough && { unavailable: "only in npm run test:all" }),
  isSlow: true,
  async open(world) {
    if (!cli) throw new Error("no pulumi on the PATH");
    return engineStack(world, createPulumiEngine(cli));
  },
};
