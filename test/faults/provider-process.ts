/** The provider in a process of its own, for those who kill it: answers calls that come as messages. */
import { createCall, type ProviderCall } from "../../provider/pulumi/calls.ts";
import { createShared } from "../../provider/resources/process.ts";

/** One call of the provider; `nextPhase` comes without a kind. */
export interface Order {
  kind: Parameters<ProviderCall>[0];
  method: string;
  config: Record<string, string>;
  args: unknown[];
}

/** What came of it. */
export type Reply = { result: unknown } | { error: { message: string; id?: string; properties?: object } };

process.on("message", async (order: Order) => process.send?.(await answer(order)));
process.on("disconnect", () => process.exit());

let shared = createShared();

async function answer({ kind, method, config, args }: Order): Promise<Reply> {
  if (method === "nextPhase") {
    await shared[Symbol.asyncDispose]();
    shared = createShared();
    return { result: undefined };
  }
  try {
    return { result: await createCall(shared)(kind, method, { get: (key) => config[key] }, args) };
  } catch (error) {
    return { error: { ...(error as Error), message: (error as Error).message } };
  }
}
