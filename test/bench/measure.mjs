// What all measured processes share. Plain JavaScript, as these scripts are: stripping types would cost every
// one of them 18 MB and more time than a small run, and hide what is to be seen.
import { readFileSync } from "node:fs";

/** What this process is to do. */
export const task = JSON.parse(process.argv[2]);

/** The resource's state after its first push. */
export const readState = () => JSON.parse(readFileSync(task.state, "utf8"));

/**
 * Does the work and tells what it took; called when everything is loaded.
 *
 * @param {() => Promise<import("./cases.ts").Outcome>} work
 */
export async function measure(work) {
  const loadMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const found = await work();
  const workMs = performance.now() - loadMs;
  const cpu = process.cpuUsage(cpuBefore);
  const measured = {
    loadMs,
    workMs,
    cpuMs: (cpu.user + cpu.system) / 1000,
    peakBytes: peakBytes(),
    ...found,
  };
  process.stdout.write(JSON.stringify(measured));
}

/** Linux counts a parent's memory into `maxRSS` of its children, but not into this. */
function peakBytes() {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(kibibytes) * 1024;
}
