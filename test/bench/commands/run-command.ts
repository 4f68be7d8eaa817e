/** Runs the built command, and measures it and the processes that it starts. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** What a run took, the command's own part and that of the providers. */
export interface Usage {
  wallMs: number;
  commandCpuMs: number;
  providerCpuMs: number;
  commandPeakBytes: number;
  /** Of the largest. */
  providerPeakBytes: number;
}

interface Told {
  script: string;
  cpuMs: number;
  peakBytes: number;
}

const PRELOAD = new URL("usage.mjs", import.meta.url).href;

/** @param bin the command's file */
export async function runCommand(
  bin: string,
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Usage> {
  const usages = await mkdtemp(join(tmpdir(), "bench-usage-"));
  try {
    const options = { NODE_OPTIONS: `--import ${PRELOAD} ${environment["NODE_OPTIONS"] ?? ""}` };
    const env = { ...process.env, ...environment, ...options, BENCH_USAGE: usages };
    const start = performance.now();
    await promisify(execFile)(process.execPath, [bin, ...args], { cwd: folder, env, maxBuffer: 2 ** 28 });
    const wallMs = performance.now() - start;
    const names = await readdir(usages);
    const told = await Promise.all(
      names.map(async (name): Promise<Told> => JSON.parse(await readFile(join(usages, name), "utf8"))),
    );
    const [own, others] = [told.filter(isCommand), told.filter((each) => !isCommand(each))];
    return {
      wallMs,
      commandCpuMs: sum(own.map(({ cpuMs }) => cpuMs)),
      providerCpuMs: sum(others.map(({ cpuMs }) => cpuMs)),
      commandPeakBytes: Math.max(0, ...own.map(({ peakBytes }) => peakBytes)),
      providerPeakBytes: Math.max(0, ...others.map(({ peakBytes }) => peakBytes)),
    };
  } finally {
    await rm(usages, { recursive: true });
  }
}

const isCommand = ({ script }: Told) => script === "bin.js";
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
