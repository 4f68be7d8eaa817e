/** `npm run test:fleet`: the table of faults of a fleet. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { openArena } from "./arena.ts";
import { page } from "./page.ts";
import { type Played, play } from "./play.ts";
import { STORIES } from "./stories.ts";

const { values } = parseArgs({
  options: {
    /** Numbers of stories, comma-separated. Default: all. */
    story: { type: "string" },
    "write-docs": { type: "boolean", default: false },
  },
});
const wanted = values.story?.split(",").map(Number);
const played: Played[] = [];
{
  await using arena = await openArena();
  for (const [index, story] of STORIES.entries()) {
    if (wanted && !wanted.includes(index + 1)) continue;
    const one = await play(arena, story, index + 1);
    if (Number.isNaN(one.seconds) && story.isOfRow) break;
    played.push(one);
    const { seconds, faults, writers } = one;
    process.stdout.write(
      `${index + 1} ${story.what}, ${story.when}: ${seconds.toFixed(1)} s, ${writers.join(" then ")}${faults.map((fault) => `\n    RED ${fault}`).join("")}\n`,
    );
  }
}
if (values["write-docs"])
  await writeFile(new URL("../../../docs/fleet-faults.md", import.meta.url), page(played));
process.exit(played.some(({ faults }) => faults.length > 0) ? 1 : 0);
