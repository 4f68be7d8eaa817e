// Loaded into a worker: tells what the process takes when it is asked by a message.
import { readFileSync } from "node:fs";

process.on("message", (message) => {
  if (message !== "usage") return;
  const { user, system } = process.cpuUsage();
  process.send({ cpuMs: (user + system) / 1000, peakBytes: peakBytes() });
});
process.channel.unref();

/** Linux counts a parent's memory into `maxRSS` of its children, but not into this. */
function peakBytes() {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(kibibytes) * 1024;
}
