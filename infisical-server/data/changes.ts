// What may change the world, so that it is written: requests, what runs later, and calls from the same process.
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Clock } from "../clock.ts";
import { contextOf } from "../http/request-state.ts";

/** Reading counts uses of tokens and keeps ETags at most; both go out with the next change. */
const READING: readonly string[] = ["GET", "HEAD"];

/**
 * Nothing is acknowledged that a kill could still take back. Takes a callback: a stream, which only tells events, goes
 * out at once. To be added before all hooks that end an exchange without an answer.
 */
export function saveBeforeAnswers(app: FastifyInstance): void {
  // What is sent for these says already that they are not kept.
  const failed = new WeakSet<FastifyRequest>();
  app.addHook("onSend", (request, _reply, payload: unknown, done) => {
    const { saved } = contextOf(request);
    const isAnswer = typeof payload === "string" || Buffer.isBuffer(payload);
    if (!saved || READING.includes(request.method) || !isAnswer || failed.has(request)) {
      done(null, payload);
      return;
    }
    const fail = (error: Error) => {
      failed.add(request);
      done(error);
    };
    saved().then(() => done(null, payload), fail);
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
