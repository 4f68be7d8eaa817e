/**
 * How long Terraform waits for the provider's handshake, beside a bare Node: the script form at the end of `npm run bench`;
 * it and the executable, which takes long to build, as `npm run bench:terraform`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { THIS_PLATFORM } from "../../provider/terraform/install/mirror.ts";
import { selfSigned } from "../../provider/terraform/x509.ts";
import { bundle } from "../../scripts/terraform/bundle.ts";
import { buildExecutable } from "../../scripts/terraform/executable/build.ts";
import { root } from "../support/node.ts";

const REPETITIONS = 21;
const TARGET_MS = 150;
const ENTRY = join(root, "provider/terraform/main.ts");
const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

if (process.argv[1] === import.meta.filename)
  console.log(`${await terraformStart()}\n${await executableStart()}`);

/** Both times as a line of text. */
export async function terraformStart(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const program = join(folder, "provider.cjs");
  await bundle(ENTRY, program);
  const certificate = selfSigned().pem;
  const handshakes = await repeat(() => measure(process.execPath, [program], { certificate, until: "data" }));
  const bare = await repeat(() => measure(process.execPath, ["-e", "0"], { certificate, until: "exit" }));
  await rm(folder, { recursive: true });
  return `Terraform provider, Node ${process.versions.node}, medians of ${REPETITIONS}: handshake after ${handshakes} ms (target ${TARGET_MS}), node -e 0 takes ${bare} ms`;
}

/** The same of one file with Node inside. */
async function executableStart(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const main = join(folder, "provider.cjs");
  await bundle(ENTRY, main);
  const file = join(folder, "provider");
  await buildExecutable(main, { platform: THIS_PLATFORM, file });
  const certificate = selfSigned().pem;
  const handshakes = await repeat(() => measure(file, [], { certificate, until: "data" }));
  await rm(folder, { recursive: true });
  return `One file with Node inside: handshake after ${handshakes} ms`;
}

async function repeat(run: () => Promise<number>): Promise<string> {
  const times: number[] = [];
  for (let count = 0; count < REPETITIONS; count++) times.push(await run());
  return (times.sort((a, b) => a - b)[Math.floor(REPETITIONS / 2)] ?? 0).toFixed(0);
}

async function measure(
  program: string,
  args: readonly string[],
  { certificate, until }: { certificate: string; until: "data" | "exit" },
): Promise<number> {
  const start = performance.now();
  const child = spawn(program, args, {
    env: { TF_PLUGIN_MAGIC_COOKIE: COOKIE, PLUGIN_CLIENT_CERT: certificate },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "exit");
  await (until === "data" ? once(child.stdout, "data") : ended);
  const ms = performance.now() - start;
  child.kill("SIGTERM");
  await ended;
  return ms;
}
