/** `npm run test:load`: many syncs under the limits of the cloud's Free plan, and one huge sync. */
import { parseArgs } from "node:util";
import { playCommand } from "./command.ts";
import type { Figures } from "./figures.ts";
import { soak } from "./soak.ts";

/**
 * The parts. `soak` has both sides live twenty times faster, so that the limits are the real ones. The command cannot
 * be made to live faster: `soak-command` runs in real time under ten times the limits, so a minute of it stands for ten.
 */
const PARTS = {
  soak: () => soak({ syncs: 500, keys: 200, speed: 20, limitsTimes: 1, ...given }, tell),
  "soak-command": () => playCommand({ syncs: 500, keys: 200, speed: 1, limitsTimes: 10, ...given }, tell),
  huge: () => soak({ syncs: 1, keys: 100_000, speed: 1, limitsTimes: 1, ...given }, tell),
  "huge-command": () => playCommand({ syncs: 1, keys: 100_000, speed: 1, limitsTimes: 10, ...given }, tell),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { syncs: { type: "string" }, keys: { type: "string" }, speed: { type: "string" } },
});
const given = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));
// The provider reports on its runs.
console.log = () => {};

for (const [name, play] of Object.entries(PARTS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  await play();
}

function tell({ name, lines }: Figures): void {
  process.stdout.write(`  ${name}\n${lines.map((line) => `    ${line}\n`).join("")}`);
}
