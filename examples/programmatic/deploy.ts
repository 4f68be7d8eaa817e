/** Previews and deploys a stack folder or a syncs.yaml, with the Pulumi CLI or without: node deploy.ts <folder> */
import { chooseEngine, findTarget, loadStack } from "external-infisical/automation";

const target = await findTarget({ folder: process.argv[2] ?? "." });
const stack = await loadStack(target, { stack: "dev", environment: process.env });
const { engine, reason } = await chooseEngine(stack.source, { environment: process.env });
console.log(reason);

const handle = await stack.open(engine);
const { changeSummary } = await handle.preview();
console.log("planned", changeSummary);

if ((changeSummary["delete"] ?? 0) > 0) throw new Error("Not without a look: the plan deletes resources.");
const { summary, outputs } = await handle.up({
  onEvent: ({ resOutputsEvent: done }) =>
    done && console.log(done.metadata.op, done.metadata.urn.split("::").at(-1)),
});
console.log(summary.result, summary.resourceChanges);
for (const [name, { value, secret }] of Object.entries(outputs))
  console.log(name, secret ? "[secret]" : value);
