import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Order, Plan, Sides, Tally } from "./protocol.ts";

/** Both instances, filled. */
export interface Servers extends AsyncDisposable {
  sides: Sides;
  /** What arrived since the last time. */
  tally(): Promise<{ source: Tally; destination: Tally }>;
  /** Gives the first keys of every folder at the source new values. */
  change(keys: number): Promise<void>;
  /** Both answer so much later from now on. */
  slow(ms: number): Promise<void>;
  /** How many folders are not the same on both sides. */
  unequal(): Promise<number>;
}

const SCRIPT = fileURLToPath(new URL("server-process.ts", import.meta.url));

export async function startServers(plan: Plan): Promise<Servers> {
  const child = fork(SCRIPT, [JSON.stringify(plan)], { execArgv: ["--max-old-space-size=8192"] });
  const answer = async <T>() => {
    const [reply] = await once(child, "message");
    return reply as T;
  };
  const ask = <T>(order: Order): Promise<T> => {
    child.send(order);
    return answer<T>();
  };
  return {
    sides: await answer<Sides>(),
    tally: () => ask({ kind: "tally" }),
    async change(keys) {
      await ask({ kind: "change", keys });
    },
    async slow(ms) {
      await ask({ kind: "slow", ms });
    },
    unequal: async () => (await ask<{ unequal: number }>({ kind: "compare" })).unequal,
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}
