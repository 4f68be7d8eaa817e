/** Reviews a stack and deploys what it approves of: node review-bot.ts <folder> [policies.yaml …] */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { preview, type ReportDocument, renderMarkdown, up } from "external-infisical/automation";

const [cwd = ".", ...policies] = process.argv.slice(2);
const plan = "approved.plan.json";
const common = { cwd, stack: "dev", policies, onProgress: (line: string) => console.error(line) };

const planned = await preview({ ...common, out: plan });
// A bot posts this as its comment; https://docs.github.com/rest/issues/comments takes it as it is.
await writeFile(join(cwd, "review.md"), renderMarkdown(planned));

const objections = objectionsTo(planned);
if (objections.length > 0) {
  console.log(`not deployed: ${objections.join("; ")}`);
  process.exitCode = planned.exitCode || 1;
} else if (planned.hasChanges) {
  // Whatever has changed since the preview is refused: what is deployed is what was reviewed.
  const done = await up({ ...common, plan });
  console.log(done.result, done.summary, done.error?.message ?? "");
  process.exitCode = done.exitCode;
} else {
  console.log("nothing to deploy");
}

/** What policies do not say: this bot lets nobody's own keys be overwritten, and few be deleted. */
function objectionsTo({ error, policies: violations, totals }: ReportDocument): string[] {
  return [
    ...violations.map(({ rule, sync, message }) => `${rule}: ${sync}: ${message}`),
    ...(error ? [error.message] : []),
    ...(totals.foreign > 0 ? [`${totals.foreign} keys that no sync wrote would be lost`] : []),
    ...(totals.delete > 10 ? [`${totals.delete} keys would be deleted`] : []),
  ];
}
