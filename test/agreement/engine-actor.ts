/** Our engine, with what a deployment records from one run to the next. */
import { type RunInput, type RunResult, run } from "../../provider/engine/sync.ts";
import { hasCode } from "../../provider/errors.ts";
import type { SyncOptions } from "../../provider/schema.ts";
import { lengthFingerprint } from "../support/engine.ts";
import type { Side } from "./copy.ts";
import type { End } from "./native-actor.ts";

export interface EngineActor {
  run(): Promise<End>;
  /** For tests of refusals: what is thrown before the first write is thrown here too. */
  runOrThrow(): Promise<RunResult>;
}

export function createEngineActor(
  { source, destination }: { source: Pick<Side, "store">; destination: Pick<Side, "store"> },
  options: SyncOptions,
): EngineActor {
  let recorded: Pick<RunInput, "known" | "memory" | "isFirstRun"> = {
    known: new Map(),
    memory: new Map(),
    isFirstRun: true,
  };

  const runOrThrow = async () => {
    const result = await run({
      source: source.store,
      destination: destination.store,
      options,
      fingerprint: lengthFingerprint,
      acceptCached: false,
      announced: undefined,
      ...recorded,
    });
    // As resources do it: before the first write at the destination nothing is worth recording.
    if (!result.failure || result.written === "destination") {
      recorded = {
        known: new Map(Object.entries(result.plan.keys)),
        memory: result.memory,
        isFirstRun: false,
      };
    }
    return result;
  };

  return {
    runOrThrow,
    async run() {
      try {
        return (await runOrThrow()).failure ? "failed" : "succeeded";
      } catch (error) {
        // What an instance answers; anything else is a mistake of the engine or of the test.
        if (!hasCode(error, "rejected", "forbidden", "server-error", "duplicate-keys")) throw error;
        return "failed";
      }
    },
  };
}
