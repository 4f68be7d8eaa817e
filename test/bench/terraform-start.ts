/** At the end of `npm run bench`, and alone as `npm run bench:terraform`: how long Terraform waits for the provider's handshake, beside a bare Node. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { selfSigned } from "../../provider/terraform/x509.ts";
import { bundle } from "../../scripts/terraform/bundle.ts";
import { root } from "../support/node.ts";

const REPETITIONS = 21;
const TARGET_MS = 150;
const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

if (process.argv[1] === import.meta.filename) console.log(await terraformStart());

/** Both times as a line of text. */
export async function terraformStart(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const program = join(folder, "provider.cjs");
  await bundle(join(root, "provider/terraform/main.ts"), program);
  const certificate = selfSigned().pem;
  const handshakes = await repeat(() => measure([program], certificate, "data"));
  const bare = await repeat(() => measure(["-e", "0"], certificate, "exit"));
  await rm(folder, { recursive: true });
  return `Terraform provider, Node ${process.versions.node}, medians of ${REPETITIONS}: handshake after ${handshakes} ms (target ${TARGET_MS}), node -e 0 takes ${bare} ms`;
}

async function repeat(run: () => Promise<number>): Promise<string> {
  const times: number[] = [];
  for (let count = 0; count < REPETITIONS; count++) times.push(await run());
  return (times.sort((a, b) => a - b)[Math.floor(REPETITIONS / 2)] ?? 0).toFixed(0);
}

async function measure(args: string[], certificate: string, until: "data" | "exit"): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, {
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
