/** Measures: every subject on every case, in turn, each time in a fresh process. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  CASES,
  type Case,
  type Cost,
  type Failure,
  type Measured,
  type Size,
  type Subject,
  sizeText,
  subjectsOf,
  type Task,
} from "./cases.ts";
import { type Servers, startServers } from "./servers.ts";
import { type Traffic, trafficOf } from "./traffic.ts";

export interface BenchOptions {
  sizes: readonly Size[];
  repetitions: number;
  /** @default all */
  cases?: readonly Case[];
  onProgress?: (line: string) => void;
}

/** The medians of one subject on one case. */
export interface Row extends Figures {
  case: Case;
  subject: Subject;
  /** Set where there is no result; the figures then tell what the failure cost. */
  failure?: Failure;
}

interface Figures extends Traffic, Cost {
  /** From the start of the process until the result was there. */
  wholeMs: number;
}

export interface SizeReport extends Size {
  rows: Row[];
  /** JSON of what an engine keeps of the resource. */
  state: { inputsBytes: number; outputsBytes: number };
}

export interface BenchReport {
  node: string;
  cores: number;
  repetitions: number;
  sizes: SizeReport[];
}

/** One size after the other, each on servers of its own. */
export async function bench(options: BenchOptions): Promise<BenchReport> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const sizes: SizeReport[] = [];
  try {
    for (const size of options.sizes) sizes.push(await measureSize(folder, size, options));
  } finally {
    await rm(folder, { recursive: true });
  }
  return {
    node: process.version,
    cores: availableParallelism(),
    repetitions: options.repetitions,
    sizes,
  };
}

async function measureSize(folder: string, size: Size, options: BenchOptions): Promise<SizeReport> {
  await using servers = await startServers(folder, size);
  const isTree = size.folders !== undefined;
  const subjects = subjectsOf(size);
  const state = join(folder, "state.json");
  const rows: Row[] = [];
  for (const name of options.cases ?? CASES) {
    options.onProgress?.(`${sizeText(size)}: ${name}`);
    const samples: Sample[] = [];
    // The first round is for the servers alone: their code is slow until it has run, and the product uses older
    // routes than the others.
    if (options.repetitions > 1)
      for (const subject of subjects.filter((one) => one === "floor" || one === "product"))
        await sample(servers, name, subject, { state, isTree });
    for (let round = 0; round < options.repetitions; round++)
      for (const subject of round % 2 === 0 ? subjects : subjects.toReversed())
        samples.push(await sample(servers, name, subject, { state, isTree }));
    rows.push(...subjects.map((subject) => medians(name, subject, samples)));
  }
  return { ...size, rows, state: await stateSize(state) };
}

const SCRIPTS: Record<Subject, URL> = {
  floor: new URL("floor.mjs", import.meta.url),
  product: new URL("product.mjs", import.meta.url),
  engine: new URL("engine.mjs", import.meta.url),
  resource: new URL("resource.mjs", import.meta.url),
};

type Sample = Omit<Row, "case">;

async function sample(
  servers: Servers,
  name: Case,
  subject: Subject,
  given: Pick<Task, "state" | "isTree">,
): Promise<Sample> {
  const { differences, ...files } = await servers.prepare(name);
  const measured = await runSubject(subject, { case: name, ...servers.sides, ...files, ...given });
  const { differences: found = differences, sourceRequests, failure, ...cost } = measured;
  const arrived = await servers.arrived();
  const { isEqual } = await servers.compare();
  if (!failure && (!isEqual || found !== differences))
    throw new Error(
      `${subject}, ${name}: ${found} differences instead of ${differences}, sides ${isEqual ? "equal" : "different"}`,
    );
  return {
    subject,
    ...cost,
    ...trafficOf({ ...arrived, ...(sourceRequests && { source: sourceRequests }) }),
    wholeMs: cost.loadMs + cost.workMs,
    ...(failure && { failure }),
  };
}

async function runSubject(subject: Subject, task: Task): Promise<Measured> {
  const script = fileURLToPath(SCRIPTS[subject]);
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(task)]);
  return JSON.parse(stdout) as Measured;
}

function medians(name: Case, subject: Subject, samples: readonly Sample[]): Row {
  const own = samples.filter((one) => one.subject === subject);
  const of = (field: keyof Figures) => median(own.map((one) => one[field]));
  const failure = own.find((one) => one.failure)?.failure;
  return {
    case: name,
    subject,
    ...(failure && { failure }),
    requests: of("requests"),
    sourceRequests: of("sourceRequests"),
    destinationRequests: of("destinationRequests"),
    lists: of("lists"),
    bytes: of("bytes"),
    loadMs: of("loadMs"),
    workMs: of("workMs"),
    cpuMs: of("cpuMs"),
    wholeMs: of("wholeMs"),
    peakBytes: of("peakBytes"),
  };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

async function stateSize(path: string): Promise<SizeReport["state"]> {
  const { inputs, outputs } = JSON.parse(await readFile(path, "utf8"));
  const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  return { inputsBytes: size(inputs), outputsBytes: size(outputs) };
}
