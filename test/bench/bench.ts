/** `npm run bench`: measures our sync beside the least it could cost and beside the product's, then the command; prints tables. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { bin } from "../support/run-command.ts";
import type { Size } from "./cases.ts";
import { type CommandRow, FLEETS, type FleetName, measureCommands } from "./commands/fleets.ts";
import { judgeCommands } from "./commands/goals.ts";
import { commandsTable } from "./commands/table.ts";
import { bench } from "./run.ts";
import { tableOf } from "./table.ts";
import { judge, type Target, targetsText } from "./targets.ts";
import { terraformStart } from "./terraform-start.ts";

const PARTS = ["sync", "command", "terraform"];

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: PARTS },
    keys: { type: "string" },
    folders: { type: "string" },
    fleet: { type: "string", multiple: true },
    beside: { type: "string" },
    repetitions: { type: "string" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const HELP = `npm run bench -- [options]

  --only PART      sync, command or terraform; may be given more than once
  --keys N         sync: measure with N keys only (default: 100, 1,000, 10,000 and 10,000 in 1,000 folders)
  --folders N      sync: with N folders that the keys are spread over
  --fleet NAME     command: ${Object.keys(FLEETS).join(", ")}; may be given more than once
  --beside FOLDER  command: also that of another checkout, built
  --repetitions N  processes per median (default 5)
  --quick          50 keys, once: does it run at all
  --json           print the report as JSON`;

if (values.help) console.log(HELP);
else await main();

async function main(): Promise<void> {
  const report: Record<string, unknown> = {};
  const tell = (part: string, found: object, text: () => string) => {
    report[part] = found;
    if (!values.json) console.log(`\n${text()}`);
  };
  if (values.only.includes("sync")) {
    const syncs = await bench({
      sizes: sizes(),
      repetitions: repetitions(),
      onProgress,
    });
    tell("sync", { ...syncs, targets: judge(syncs.sizes) }, () => tableOf(syncs));
  }
  if (values.only.includes("command"))
    for (const [name, rows, targets] of await commands())
      tell(name, { rows, targets }, () => `${name}\n\n${commandsTable(rows)}\n\n${targetsText(targets)}`);
  if (values.only.includes("terraform")) {
    const text = await terraformStart();
    tell("terraform", { text }, () => text);
  }
  if (values.json) console.log(JSON.stringify(report, undefined, 2));
}

async function commands(): Promise<[string, CommandRow[], Target[]][]> {
  const named = Object.keys(FLEETS).filter((name) => values.fleet?.includes(name) ?? !values.quick);
  const fleets = (values.quick ? ["one"] : named) as FleetName[];
  const measure = async (name: string, file: string): Promise<[string, CommandRow[], Target[]]> => {
    const rows = await measureCommands({ bin: file, fleets, repetitions: repetitions(), onProgress });
    return [name, rows, judgeCommands(rows)];
  };
  const measured = [await measure("The command", bin)];
  if (values.beside !== undefined)
    measured.push(
      await measure(`The command in ${values.beside}`, resolve(values.beside, "dist/automation/bin.js")),
    );
  return measured;
}

function sizes(): Size[] {
  const folders = values.folders === undefined ? {} : { folders: count(values.folders) };
  if (values.keys) return [{ keys: count(values.keys), ...folders }];
  if (values.quick) return [{ keys: 50, ...folders }];
  return [{ keys: 100 }, { keys: 1000 }, { keys: 10_000 }, { keys: 10_000, folders: 1000 }];
}

function repetitions(): number {
  if (values.repetitions) return count(values.repetitions);
  return values.quick ? 1 : 5;
}

function onProgress(line: string): void {
  console.error(line);
}

function count(text: string): number {
  const number = Number(text.replaceAll(/[_,]/g, ""));
  if (!Number.isInteger(number) || number < 1) throw new Error(`Not a number of anything: ${text}`);
  return number;
}
