/** Runs the test servers until somebody stops them. */
import { join, resolve } from "node:path";
import type { InfisicalServer } from "external-infisical/testing";
import { describeError } from "../../../provider/errors.ts";
import { asNamed } from "../../files/inside.ts";
import { EXIT, exitCodeOf } from "../../terminal/exit-codes.ts";
import { readOptions } from "../read-options.ts";
import { type DevServerOptions, devServerOptions } from "./options.ts";
import { describeInstance, type Overview, overviewText } from "./overview.ts";
import { FIRST_EXAMPLE, readSeed, SECOND_EXAMPLE, withIdentities } from "./seed.ts";

/** @returns the exit code */
export async function runDevServer(raw: unknown): Promise<number> {
  const signal = nextSignal();
  const servers: InfisicalServer[] = [];
  try {
    const options = readOptions(devServerOptions, raw);
    await start(options, servers);
    const overview: Overview = {
      instances: servers.map(describeInstance),
      ...(options.profile !== "newest" && { profile: options.profile }),
      ...(options.dataDir !== undefined && { dataDir: resolve(options.dataDir) }),
    };
    console.log(options.json ? JSON.stringify(overview, null, 2) : overviewText(overview));
    const name = await signal;
    await closeAll(servers);
    console.error(`Stopped (${name}).`);
    return EXIT.done;
  } catch (error) {
    console.error(`error: ${describeError(error)}`);
    await closeAll(servers);
    return exitCodeOf(error);
  }
}

/** @param servers those that have started are added, also when a later one fails */
async function start(options: DevServerOptions, servers: InfisicalServer[]): Promise<void> {
  const { port, secondPort, seed, secondSeed, dataDir, rateLimit, profile, speed } = options;
  const testing = await import("external-infisical/testing");
  const clock = speed === 1 ? testing.systemClock : testing.acceleratedClock(speed);
  const instances = [
    { name: "first", port, flag: "--port", seed, example: FIRST_EXAMPLE },
    { name: "second", port: secondPort, flag: "--second-port", seed: secondSeed, example: SECOND_EXAMPLE },
  ];
  for (const one of instances) {
    if (one.port === undefined) continue;
    const content =
      one.seed === undefined ? one.example : await readSeed(one.seed, testing.seedSchemaOf(profile));
    try {
      const server = await testing.startInfisicalServer({
        port: one.port,
        clock,
        profile,
        seed: withIdentities(content),
        ...(dataDir !== undefined && { dataDir: await asNamed(process.cwd(), join(dataDir, one.name)) }),
        ...(rateLimit !== undefined && { rateLimits: rateLimit }),
        ...(options.log && { log: (line) => console.error(`${one.name}: ${line}`) }),
      });
      servers.push(server);
      forgetOldRequests(server);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
      throw new Error(`Port ${one.port} is taken: choose another one with ${one.flag}.`, { cause: error });
    }
  }
}

/** The list is for tests, which end before it gets long. */
function forgetOldRequests({ requests }: InfisicalServer): void {
  const trim = () => requests.splice(0, Math.max(0, requests.length - 10_000));
  setInterval(trim, 60_000).unref();
}

/** A second signal ends the process at once. */
function nextSignal(): Promise<NodeJS.Signals> {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  return new Promise((resolveSignal) => {
    const listen = (name: NodeJS.Signals) => {
      for (const signal of signals) process.off(signal, listen);
      resolveSignal(name);
    };
    for (const signal of signals) process.on(signal, listen);
  });
}

const closeAll = (servers: readonly InfisicalServer[]) =>
  Promise.all(servers.map((server) => server.close()));
