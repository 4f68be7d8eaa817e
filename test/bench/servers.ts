import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RequestRecord } from "../../infisical-server/index.ts";
import type { Case, Size } from "./cases.ts";
import type { Compared, Order, Prepared, Sides } from "./server-process.ts";
import type { Arrived } from "./traffic.ts";

/** Two instances in a process of their own. */
export interface Servers extends AsyncDisposable {
  sides: Sides;
  /** Puts both sides into the state a case starts from, and forgets earlier requests. */
  prepare(name: Case): Promise<Prepared>;
  compare(): Promise<Compared>;
  arrived(): Promise<Arrived>;
}

const SCRIPT = fileURLToPath(new URL("server-process.ts", import.meta.url));

/** Starts them, so large; files for the measured processes go to the folder. */
export async function startServers(folder: string, size: Size): Promise<Servers> {
  const execArgv = ["--expose-gc", "--max-old-space-size=8192"];
  const child = fork(SCRIPT, [folder, JSON.stringify(size)], { execArgv });
  const sides = await answerOf<Sides>(child);
  const ask = <T>(order: Order): Promise<T> => {
    child.send(order);
    return answerOf<T>(child);
  };
  return {
    sides,
    prepare: (name) => ask({ kind: "prepare", case: name }),
    compare: () => ask({ kind: "compare" }),
    arrived: async () => ({
      source: await requestsAt(sides.source.url),
      destination: await requestsAt(sides.destination.url),
    }),
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const answered = new AbortController();
  const { signal } = answered;
  const ended = once(child, "exit", { signal }).then(() => {
    throw new Error("The process of the servers ended.");
  });
  try {
    const [answer] = await Promise.race([once(child, "message", { signal }), ended]);
    return answer as T;
  } finally {
    ended.catch(() => {});
    answered.abort();
  }
}

async function requestsAt(url: string): Promise<RequestRecord[]> {
  const response = await fetch(`${url}/__test/requests`);
  const { requests } = (await response.json()) as { requests: RequestRecord[] };
  return requests;
}
