/** The command and its local engine on a generated syncs.yaml, as a user runs it; in real time. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bin } from "../support/run-command.ts";
import { type Figures, megabytes, seconds, tallyText } from "./figures.ts";
import { type Plan, placeOf, type Side, type Sides } from "./protocol.ts";
import { startServers } from "./servers.ts";

/** First deployment, an unchanged preview, and a deployment of one changed key in a hundred. */
export async function playCommand(plan: Plan, tell: (figures: Figures) => void): Promise<void> {
  await using servers = await startServers(plan);
  const folder = mkdtempSync(join(tmpdir(), "load-"));
  try {
    writeFileSync(join(folder, "syncs.yaml"), syncsYaml(servers.sides, plan));
    const phase = async (...args: string[]) => {
      const start = performance.now();
      const peaks = await run(servers.sides, folder, args);
      const ms = performance.now() - start;
      const { source, destination } = await servers.tally();
      tell({
        name: `external-infisical ${args.join(" ")}`,
        lines: [
          `took ${seconds(ms)}, peak memory ${peaks.map(megabytes).join(" + ")} MB, state ${megabytes(stateBytes(folder))} MB`,
          `source: ${tallyText(source)}`,
          `destination: ${tallyText(destination)}`,
        ],
      });
    };
    await phase("preview");
    await phase("up", "--yes");
    await phase("preview");
    await servers.change(Math.ceil(plan.keys / 100));
    await phase("up", "--yes");
    const unequal = await servers.unequal();
    if (unequal > 0) throw new Error(`${unequal} folders are not equal on both sides.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function syncsYaml(
  { source, destination }: Sides,
  { syncs, folders }: Pick<Plan, "syncs" | "folders">,
): string {
  const place = (side: Side, sync: number, indent: string) =>
    Object.entries(placeOf(side, sync))
      .map(([name, value]) => `\n${indent}${name}: ${value}`)
      .join("");
  const tree = folders === undefined ? "" : ", includeAllSubFolders: true";
  const one = (_: unknown, sync: number) => `
  load-${sync}:
    connection: load${place(source, sync, "    ")}
    destinationConfig:${place(destination, sync, "      ")}
    syncOptions: { initialSyncBehavior: overwrite-destination${tree} }`;
  return `project: load
backend: file://./state
source:
  host: ${source.url}
  clientId: ${source.clientId}
  clientSecret: \${env:SOURCE_SECRET}
connections:
  load:
    instanceUrl: ${destination.url}
    machineIdentityClientId: ${destination.clientId}
    machineIdentityClientSecret: \${env:DESTINATION_SECRET}
syncs:${Array.from({ length: syncs }, one).join("")}
`;
}

/** Settings for a folder with that file, and nothing of the user's. */
export const environmentIn = (folder: string, { source, destination }: Sides) => ({
  SOURCE_SECRET: source.clientSecret,
  DESTINATION_SECRET: destination.clientSecret,
  PULUMI_HOME: join(folder, "home"),
  PULUMI_CONFIG_PASSPHRASE: "only for tests",
  PULUMI_BACKEND_URL: "",
});

/** Peaks of the process and those it started, largest first. */
async function run(sides: Sides, folder: string, args: string[]): Promise<number[]> {
  const child = spawn(process.execPath, [bin, ...args, "--engine", "local", "--stack", "load"], {
    cwd: folder,
    env: { ...process.env, ...environmentIn(folder, sides) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const peaks = new Map<number, number>();
  const watch = setInterval(() => notePeaks(child.pid ?? 0, peaks), 500);
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  child.stderr.on("data", (text) => (output += text));
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearInterval(watch);
  if (code !== 0)
    throw new Error(`external-infisical ${args.join(" ")} ended with ${code}:\n${output.slice(-4000)}`);
  return [...peaks.values()].sort((a, b) => b - a);
}

/** Linux tells it; elsewhere nothing is noted. */
function notePeaks(pid: number, peaks: Map<number, number>): void {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    peaks.set(pid, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    for (const one of children.split(" ").filter(Boolean)) notePeaks(Number(one), peaks);
  } catch {
    // It has ended, or there is no such place.
  }
}

function stateBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const stacks = files.filter((file) => /stacks\/.*\.json$/.test(file));
  return stacks.reduce((sum, file) => sum + readFileSync(join(folder, file)).length, 0);
}
