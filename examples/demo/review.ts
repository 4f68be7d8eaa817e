/**
 * A review, as a team sees it: a branch changes a syncs.yaml, the preview becomes a comment and a plan, and what is
 * deployed is that plan or nothing. Afterwards somebody edits the destination, which is found and repaired.
 */
import { styleText } from "node:util";
import { found } from "./parts.ts";
import { review } from "./review-story.ts";
import { command } from "./show.ts";

const asked = process.argv.slice(2);
const engines =
  asked.length > 0 ? asked : ["local", ...((await found("pulumi", ["version"])) ? ["pulumi"] : [])];

for (const engine of engines) {
  console.log(styleText("bold", `\nA review on the ${engine === "local" ? "local engine" : "Pulumi CLI"}`));
  await review(engine, command);
}
