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
  // What the engine has a part in: what a filter and a tree do, the direct driver plays.
  plays: [
    "the life of a sync",
    "a sync renamed without an alias wipes nothing",
    "what belongs to values travels with them, and alone",
    "an identity that may not write is refused at its first write",
  ],
  open: (world) => engineStack(world, createLocalEngine(), true),
};
