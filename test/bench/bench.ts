/** `npm run bench`: measures our sync beside the least it could cost and beside the product's, and prints a table. */
import { parseArgs } from "node:util";
import { bench } from "./run.ts";
import { tableOf } from "./table.ts";
import { judge } from "./targets.ts";
import { terraformStart } from "./terraform-start.ts";

const { values } = parseArgs({
  options: {
    keys: { type: "string" },
    repetitions: { type: "string" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const HELP = `npm run bench -- [options]

  --keys N         measure with N keys only (default: 100, 1,000 and 10,000)
  --repetitions N  processes per median (default 5)
  --quick          50 keys, once: does it run at all
  --json           print the report as JSON`;

if (values.help) console.log(HELP);
else await main();

async function main(): Promise<void> {
  const report = await bench({
    sizes: values.keys ? [count(values.keys)] : values.quick ? [50] : [100, 1000, 10_000],
    repetitions: values.repetitions ? count(values.repetitions) : values.quick ? 1 : 5,
    onProgress: (line) => console.error(line),
  });
  const targets = judge(report.sizes);
  console.log(values.json ? JSON.stringify({ ...report, targets }, undefined, 2) : `\n${tableOf(report)}`);
  if (!values.json) console.log(`\n${await terraformStart()}`);
}

function count(text: string): number {
  const number = Number(text.replaceAll(/[_,]/g, ""));
  if (!Number.isInteger(number) || number < 1) throw new Error(`Not a number of anything: ${text}`);
  return number;
}
