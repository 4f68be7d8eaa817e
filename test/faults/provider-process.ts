/** The provider in a process of its own, for those who kill it: answers calls that come as messages. */
import { call } from "../../provider/pulumi/provider.ts";
import { endSession } from "../../provider/resources/session.ts";

/** One call of the provider; `nextPhase` comes without a kind. */
export interface Order {
  kind: Parameters<typeof call>[0];
  method: string;
  config: Record<string, string>;
  args: unknown[];
}

/** What came of it. */
export type Reply = { result: unknown } | { error: { message: string; id?: string; properties?: object } };

process.on("message", async (order: Order) => process.send?.(await answer(order)));
process.on("disconnect", () => process.exit());

async function answer({ kind, method, config, args }: Order): Promise<Reply> {
  if (method === "nextPhase") return { result: await endSession() };
  try {
    return { result: await call(kind, method, { get: (key) => config[key] }, args) };
  } catch (error) {
    return { error: { ...(error as Error), message: (error as Error).message } };
  }
}
