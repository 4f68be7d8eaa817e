// The calls of one phase of a deployment: check, comparison, then create or update, in one process. What the
// check has listed, the second look asks for with If-None-Match.
import { writeFileSync } from "node:fs";
import { readConfig } from "../../dist/provider/resources/config.js";
import { resources } from "../../dist/provider/resources/index.js";
import { createShared } from "../../dist/provider/resources/process.js";
import { measure, readState, task } from "./measure.mjs";
import { configuration, syncInputs } from "./sync-arguments.mjs";

const { secretSync } = resources;
const before = task.case === "push" ? undefined : readState();
let after;

await using shared = createShared();
await measure(async () => {
  const config = readConfig(configuration(task), {});
  const context = { config, environment: {}, log: () => {}, now: () => new Date(), shared };
  const { inputs, failures } = await secretSync.check(before?.inputs, syncInputs(task), context, "unknown");
  if (failures) throw new Error(failures.join("\n"));
  if (!before) {
    const created = await secretSync.create(inputs, context);
    after = { ...created, inputs };
    return { differences: created.outputs.counts.create };
  }
  if (!secretSync.hasChanged(before.outputs, inputs)) return { differences: 0 };
  const outputs = await secretSync.update(before.id, before.outputs, inputs, context);
  return { differences: outputs.counts.update };
});
if (after) writeFileSync(task.state, JSON.stringify(after));
