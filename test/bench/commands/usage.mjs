// Loaded into the command and what it starts, by NODE_OPTIONS: each tells at its end what it took.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  const usage = {
    script: basename(process.argv[1] ?? ""),
    cpuMs: (user + system) / 1000,
    peakBytes: peakBytes(),
  };
  writeFileSync(join(process.env.BENCH_USAGE, `${process.pid}.json`), JSON.stringify(usage));
});

/** Linux counts a parent's memory into `maxRSS` of its children, but not into this. */
function peakBytes() {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(kibibytes) * 1024;
}
