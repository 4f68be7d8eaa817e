/** `npm run test:fleet`: the table of faults of a fleet. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { openArena } from "./arena.ts";
import { playAway } from "./away.ts";
import { playCrowd } from "./crowd.ts";
import { CROWD_STORIES } from "./crowd-stories.ts";
import { page } from "./page.ts";
import { type Played, play } from "./play.ts";
import { STORIES } from "./stories.ts";

const { values } = parseArgs({
  options: {
    /** Numbers of stories, comma-separated, those of several syncs from 101 on. Default: all. */
    story: { type: "string" },
    "write-docs": { type: "boolean", default: false },
  },
});
const wanted = values.story?.split(",").map(Number);
const played: Played[] = [];
{
  await using arena = await openArena();
  const isWanted = (number: number) => !wanted || wanted.includes(number);
  for (const [index, story] of CROWD_STORIES.entries()) {
    const number = 101 + index;
    if (isWanted(number)) put(number, await playCrowd(arena, story, number));
  }
  if (isWanted(201)) put(201, await playAway(arena, 201));
  for (const [index, story] of STORIES.entries()) {
    const number = index + 1;
    if (!isWanted(number)) continue;
    const one = await play(arena, story, number);
    if (Number.isNaN(one.seconds) && story.isOfRow) break;
    put(number, one);
  }
}
if (values["write-docs"])
  await writeFile(new URL("../../../docs/fleet-faults.md", import.meta.url), page(played));
process.exit(played.some(({ faults }) => faults.length > 0) ? 1 : 0);

function put(number: number, one: Played): void {
  played.push(one);
  const { story, seconds, faults, writers, note } = one;
  const lines = [...(note === undefined ? [] : [note]), ...faults.map((fault) => `RED ${fault}`)];
  process.stdout.write(
    `${number} ${story.what}, ${story.when}: ${seconds.toFixed(1)} s, ${writers.join(" then ")}${lines.map((line) => `\n    ${line}`).join("")}\n`,
  );
}
