// What may change the world, so that it is written: requests, what runs later, and calls from the same process.
import type { FastifyInstance } from "fastify";
import type { Clock } from "../clock.ts";

/** GET counts uses of tokens and keeps ETags at most; both go out with the next change. */
export function tellAfterRequests(app: FastifyInstance, changed: () => void): void {
  app.addHook("onResponse", async (request) => {
    if (request.method !== "GET") changed();
  });
}

/** The clock, telling after each task. */
export const tellAfterTasks = ({ now, schedule }: Clock, changed: () => void): Clock => ({
  now,
  schedule: (delayMs, task) =>
    schedule(delayMs, async () => {
      await task();
      changed();
    }),
});

/** The functions, telling after each call. */
export function tellAfterCalls<T extends Record<string, (...args: never[]) => unknown>>(
  functions: T,
  changed: () => void,
): T {
  const tell =
    (call: (...args: never[]) => unknown) =>
    (...args: never[]) => {
      const result = call(...args);
      changed();
      return result;
    };
  // Same names, arguments and results.
  return Object.fromEntries(Object.entries(functions).map(([name, call]) => [name, tell(call)])) as T;
}
