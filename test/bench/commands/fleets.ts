/** Stacks that the command is measured with, from their first preview on. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentIn, syncsYaml } from "../../load/command.ts";
import type { Plan } from "../../load/protocol.ts";
import { startServers } from "../../load/servers.ts";
import { runCommand, type Usage } from "./run-command.ts";

/** The medians of one command line on one stack. */
export interface CommandRow extends Usage {
  fleet: FleetName;
  step: StepName;
  /** Of both sides. */
  requests: number;
}

export type FleetName = keyof typeof FLEETS;
export type StepName = keyof typeof STEPS;

const environments = Array.from({ length: 10 }, (_, index) => `env-${index}`);

export const FLEETS = {
  one: { title: "1 sync of 20 keys", syncs: 1, keys: 20 },
  many: { title: "500 syncs of 20 keys in 10 environments", syncs: 500, keys: 20, environments },
  large: { title: "1 sync of 50,000 keys", syncs: 1, keys: 50_000 },
  tree: { title: "1 sync of 50,000 keys in 5,000 folders", syncs: 1, keys: 10, folders: 5000 },
} as const;

const STEPS = {
  help: ["--help"],
  validate: ["validate"],
  "first preview": ["preview"],
  "first up": ["up", "--yes"],
  "unchanged preview": ["preview"],
  "unchanged up": ["up", "--yes"],
  "unchanged drift": ["drift"],
} as const;

/** Those that are so short that one run tells little. */
const SHORT: readonly StepName[] = ["help", "validate"];

export interface CommandsOptions {
  /** The command's file. */
  bin: string;
  fleets: readonly FleetName[];
  /** Runs per row of what can be run again; of the fleets of one sync. */
  repetitions: number;
  /** Instead of the sizes above, to see whether it runs at all. */
  size?: Pick<Plan, "syncs" | "keys" | "folders">;
  /** The last that is measured. Default: all are. */
  last?: StepName;
  /** Beside what the command needs, or in its place. */
  environment?: Readonly<Record<string, string>>;
  onProgress?: (line: string) => void;
}

export async function measureCommands(options: CommandsOptions): Promise<CommandRow[]> {
  const rows: CommandRow[] = [];
  for (const fleet of options.fleets) rows.push(...(await measureFleet(fleet, options)));
  return rows;
}

async function measureFleet(fleet: FleetName, options: CommandsOptions): Promise<CommandRow[]> {
  const { bin, repetitions, size, last, onProgress } = options;
  const plan: Plan = { ...FLEETS[fleet], speed: 1, limitsTimes: 0, ...size };
  await using servers = await startServers(plan);
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    await writeFile(join(folder, "syncs.yaml"), syncsYaml(servers.sides, plan));
    const environment = environmentIn(folder, servers.sides);
    const once = async (step: StepName): Promise<Omit<CommandRow, "fleet" | "step">> => {
      const stack = SHORT.includes(step) ? [] : ["--engine", "local", "--stack", "bench"];
      const args = [...STEPS[step], ...stack];
      const usage = await runCommand(bin, folder, args, { ...environment, ...options.environment });
      const { source, destination } = await servers.tally();
      return { ...usage, requests: source.requests + destination.requests };
    };
    const rows: CommandRow[] = [];
    for (const step of Object.keys(STEPS) as StepName[]) {
      if (SHORT.includes(step) && fleet !== "one") continue;
      onProgress?.(`${FLEETS[fleet].title}: ${step}`);
      const count = fleet === "one" && step !== "first up" ? repetitions : 1;
      const samples = [];
      for (let round = 0; round < count; round++) samples.push(await once(step));
      rows.push({ fleet, step, ...medians(samples) });
      if (step === last) break;
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}

type Sample = Omit<CommandRow, "fleet" | "step">;

/** Medians, but for the time by the clock, of which the neighbours on the machine take their part: there it is the least. */
function medians(samples: readonly Sample[]): Sample {
  const of = (field: keyof Sample) => {
    const sorted = samples.map((one) => one[field]).toSorted((a, b) => a - b);
    return sorted[field === "wallMs" ? 0 : Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  return {
    wallMs: of("wallMs"),
    commandCpuMs: of("commandCpuMs"),
    providerCpuMs: of("providerCpuMs"),
    commandPeakBytes: of("commandPeakBytes"),
    providerPeakBytes: of("providerPeakBytes"),
    requests: of("requests"),
  };
}
