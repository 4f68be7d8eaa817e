import { createLocalEngine } from "../../automation/engines/local/local-engine.ts";
import type { Driver } from "./driver.ts";
import { engineStack } from "./engines.ts";

/** A stack folder run by the local engine. */
export const localEngine: Driver = {
  name: "local-engine",
  isSlow: true,
  open: (world) => engineStack(world, createLocalEngine()),
};

/** The same with a program of this process: what the engine does with it is the same. */
export const localEngineInline: Driver = {
  ...localEngine,
  name: "local-engine, inline program",
  open: (world) => engineStack(world, createLocalEngine(), true),
};
