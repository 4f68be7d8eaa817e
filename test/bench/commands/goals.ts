/** What the command may cost: CPU and memory on a machine of its own, requests anywhere. */
import type { Target } from "../targets.ts";
import { type CommandRow, FLEETS, type FleetName, type StepName } from "./fleets.ts";

interface Goal {
  fleet: FleetName;
  step: StepName;
  what: string;
  of(row: CommandRow): number;
  most: number;
  unit: string;
}

const cpuSeconds = {
  what: "CPU of the command and the provider",
  of: ({ commandCpuMs, providerCpuMs }: CommandRow) => (commandCpuMs + providerCpuMs) / 1000,
  unit: " s",
};
const peakMegabytes = {
  what: "peak memory of the command",
  of: ({ commandPeakBytes }: CommandRow) => commandPeakBytes / 1e6,
  unit: " MB",
};
const wallSeconds = { what: "time", of: ({ wallMs }: CommandRow) => wallMs / 1000, unit: " s" };
const requests = { what: "requests", of: ({ requests: count }: CommandRow) => count, unit: "" };

const GOALS: readonly Goal[] = [
  { fleet: "many", step: "first preview", ...cpuSeconds, most: 6 },
  { fleet: "many", step: "first preview", ...peakMegabytes, most: 280 },
  { fleet: "many", step: "first preview", ...requests, most: 100 },
  { fleet: "many", step: "first up", ...peakMegabytes, most: 450 },
  { fleet: "many", step: "first up", ...requests, most: 1800 },
  { fleet: "many", step: "unchanged preview", ...requests, most: 30 },
  { fleet: "many", step: "unchanged drift", ...requests, most: 30 },
  { fleet: "one", step: "unchanged preview", ...wallSeconds, most: 0.55 },
  { fleet: "one", step: "unchanged up", ...wallSeconds, most: 0.75 },
  { fleet: "one", step: "help", ...wallSeconds, most: 0.1 },
  { fleet: "large", step: "unchanged up", ...cpuSeconds, most: 8 },
  { fleet: "large", step: "unchanged up", ...peakMegabytes, most: 600 },
  { fleet: "tree", step: "first up", ...peakMegabytes, most: 600 },
  { fleet: "tree", step: "unchanged up", ...peakMegabytes, most: 600 },
];

export function judgeCommands(rows: readonly CommandRow[]): Target[] {
  return GOALS.flatMap(({ fleet, step, what, of, most, unit }) => {
    const row = rows.find((one) => one.fleet === fleet && one.step === step);
    if (!row) return [];
    const found = of(row);
    const shown = Number.isInteger(found) ? String(found) : found.toFixed(found < 10 ? 2 : 0);
    return [
      {
        text: `${FLEETS[fleet].title}, ${step}, ${what}: ${shown}${unit}, at most ${most}${unit}`,
        isMet: found <= most,
      },
    ];
  });
}
