/** A provider that can be killed in the middle of a call. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Stack } from "../drivers/driver.ts";
import { lifecycleStack, type ProviderCalls } from "../drivers/lifecycle.ts";
import type { World } from "../support/world.ts";
import type { Fault } from "./kinds.ts";
import type { Order, Reply } from "./provider-process.ts";

export interface Killable {
  open(world: World): Promise<Stack>;
  /** The process dies before the instance has acted, or after. */
  faults: readonly Fault[];
}

/** Makes the driver and what kills its process; the next call starts another one. */
export function createKillable(): Killable {
  let child: ChildProcess | undefined;
  const kill = () => void child?.kill("SIGKILL");

  const send = async (order: Partial<Order>): Promise<unknown> => {
    child ??= start();
    const reply = await ask(child, order);
    if (!reply) {
      child = undefined;
      throw new Error(ENDED);
    }
    if ("error" in reply) throw Object.assign(new Error(reply.error.message), reply.error);
    return reply.result;
  };

  return {
    async open(world) {
      const calls: ProviderCalls = {
        call: (kind, method, config, args) => send({ kind, method, config, args }),
        nextPhase: async () => void (await send({ method: "nextPhase" })),
        async [Symbol.asyncDispose]() {
          child?.disconnect();
          child = undefined;
        },
      };
      return lifecycleStack(world, calls, true);
    },
    faults: [
      { name: "killed before", says, isDeadly: true, disturb: kill },
      {
        name: "killed after",
        says,
        isDeadly: true,
        async disturb({ forward }) {
          await forward();
          kill();
        },
      },
    ],
  };
}

/** The answer, or nothing from a process that ended first. */
async function ask(child: ChildProcess, order: Partial<Order>): Promise<Reply | undefined> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    const reply = once(child, "message", { signal }).then(([message]) => message as Reply);
    const end = once(child, "exit", { signal }).then(() => undefined);
    // Whichever loses is aborted below, and nobody is left to hear of it.
    for (const one of [reply, end]) one.catch(() => {});
    child.send(order);
    return await Promise.race([reply, end]);
  } finally {
    settled.abort();
  }
}

const ENDED = "The provider's process ended.";
const says = new RegExp(ENDED);

const start = () =>
  fork(new URL("./provider-process.ts", import.meta.url), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
