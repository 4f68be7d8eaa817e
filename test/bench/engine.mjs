// The engine over the real client, without the resource around it.
import { loadMemory } from "../../dist/provider/engine/record/memory.js";
import { preview, run } from "../../dist/provider/engine/sync.js";
import { readConfig } from "../../dist/provider/resources/config.js";
import { createShared } from "../../dist/provider/resources/process.js";
import { secretSyncInputs } from "../../dist/provider/resources/sync/inputs.js";
import { openWorld } from "../../dist/provider/resources/sync/world.js";
import { measure, readState, task } from "./measure.mjs";
import { configuration, syncInputs } from "./sync-arguments.mjs";

const isFirstRun = task.case === "push";
const { keys, memory } = isFirstRun ? {} : readState().outputs;

await using shared = createShared();
await measure(async () => {
  const inputs = secretSyncInputs.parse(syncInputs(task));
  const context = { config: readConfig(configuration(task), {}), environment: {}, shared };
  const input = {
    ...openWorld(inputs, context),
    options: inputs.syncOptions,
    known: new Map(Object.entries(keys ?? {})),
    isFirstRun,
    acceptCached: false,
  };
  if (task.case === "unchanged") return { differences: (await preview(input)).changes.length };
  const result = await run({ ...input, memory: loadMemory(memory), announced: undefined });
  if (result.failure) throw result.failure.error;
  return { differences: result.done.size };
});
