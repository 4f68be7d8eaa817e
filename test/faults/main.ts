/** `npm run test:faults`: the table of faults, or random worlds with random faults. */
import { parseArgs } from "node:util";
import { playTable } from "./play-table.ts";
import { tellWorlds } from "./worlds/tell.ts";

const { values } = parseArgs({
  options: {
    /** One story of the table only. */
    story: { type: "string" },
    "write-docs": { type: "boolean", default: false },
    /** How many random worlds are played, instead of the table. */
    worlds: { type: "string" },
    /** Which worlds. Default: others each time. */
    seed: { type: "string" },
  },
});
const { story, worlds, seed = String(Date.now() % 1_000_000) } = values;

// The provider reports on its runs.
console.log = () => {};
const isGood =
  worlds === undefined
    ? await playTable(story, values["write-docs"])
    : await tellWorlds(Number(worlds), Number(seed));
process.exitCode = isGood ? 0 : 1;
