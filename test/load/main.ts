/** `npm run test:load`: many syncs and one huge sync, against instances with the Free plan's limits. */
import { parseArgs } from "node:util";
import type { Figures } from "./figures.ts";
import { soak } from "./soak.ts";

const { values } = parseArgs({
  options: {
    syncs: { type: "string", default: "500" },
    keys: { type: "string", default: "200" },
    speed: { type: "string", default: "20" },
  },
});
// The provider reports on its runs.
console.log = () => {};

await soak(
  { syncs: Number(values.syncs), keys: Number(values.keys), speed: Number(values.speed), limitsTimes: 1 },
  tell,
);

function tell({ name, lines }: Figures): void {
  process.stdout.write(`${name}\n${lines.map((line) => `  ${line}\n`).join("")}`);
}
