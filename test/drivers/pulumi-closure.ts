import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fixture, root } from "../support/node.ts";
import type { Driver } from "./driver.ts";
import { lifecycleStack, type ProviderCalls } from "./lifecycle.ts";

/** Calls the provider as it is serialised into a stack's state, in a process of its own. */
export const pulumiClosure: Driver = {
  name: "pulumi-closure",
  // Each phase loads the bundle anew.
  isSlow: true,
  // What goes there and comes back, errors too: the direct driver is called alike, and plays what is in it.
  plays: ["the life of a sync", "an identity that may not write is refused at its first write"],
  async open(world) {
    host ??= startHost();
    const { call, nextPhase } = host;
    return lifecycleStack(world, { call, nextPhase, [Symbol.asyncDispose]: nextPhase }, false);
  },
};

/** One process for all scenarios, since starting it takes longer than most of them; it ends with this one. */
let host: Omit<ProviderCalls, typeof Symbol.asyncDispose> | undefined;

type Answer = { id: number; result?: unknown; error?: { message: string } };

function startHost(): NonNullable<typeof host> {
  const child = spawn(process.execPath, [fixture("closure-host.mjs")], {
    cwd: root,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const answer = JSON.parse(line) as Answer;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  child.on("exit", () => {
    for (const answer of waiting.values())
      answer({ id: 0, error: { message: "The provider's process ended." } });
  });
  let last = 0;
  const send = async (request: object): Promise<unknown> => {
    const id = ++last;
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    const { result, error } = await answered;
    if (error) throw Object.assign(new Error(error.message), error);
    return result;
  };
  return {
    call: (kind, method, config, args) => send({ kind, method, config, args }),
    nextPhase: async () => void (await send({ method: "nextPhase" })),
  };
}
