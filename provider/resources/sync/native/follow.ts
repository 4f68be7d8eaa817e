import { setTimeout as delay } from "node:timers/promises";
import { BridgeError } from "../../../errors.ts";
import { printable } from "../../../printable.ts";
import type { Context } from "../../resource.ts";

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 3000;
const TELL_EVERY_MS = 15_000;

/** What is waited for, and how long. */
export interface Wait {
  /** Name of the sync. */
  name: string;
  /** Completes "waiting for …". */
  what: string;
  timeoutSeconds: number;
  /** What the instance has said of it last. */
  status?: () => string | undefined;
}

/**
 * Looks again and again until there is an answer; an instance has no other way of telling (control-plane §3.6).
 *
 * @throws BridgeError `timeout`; what was asked for goes on at the instance
 */
export async function until<T>(look: () => Promise<T | undefined>, wait: Wait, context: Context): Promise<T> {
  const start = context.now().getTime();
  const deadline = start + wait.timeoutSeconds * 1000;
  let told = start;
  for (let pause = FIRST_DELAY_MS; ; pause = Math.min(pause * 1.5, LONGEST_DELAY_MS)) {
    const found = await look();
    if (found !== undefined) return found;
    const now = context.now().getTime();
    if (now >= deadline) {
      const status = wait.status?.();
      const told = status === undefined ? "" : `: it is ${JSON.stringify(printable(status))}`;
      throw new BridgeError(
        "timeout",
        `Waited ${wait.timeoutSeconds} s for ${wait.what} of ${wait.name}${told}.`,
        {
          path: "waitTimeoutSeconds",
          hint: "It goes on at the instance: refresh to see how it ends, or raise waitTimeoutSeconds.",
        },
      );
    }
    if (now - told >= TELL_EVERY_MS) {
      told = now;
      context.log(`${wait.name}: waiting for ${wait.what}, ${Math.round((now - start) / 1000)} s`);
    }
    await delay(Math.min(pause, deadline - now));
  }
}

/** Asks for something that a running job of the sync holds off, until it does not (control-plane §3.7). */
export function whenIdle<T>(
  act: () => Promise<T | "busy">,
  { name, timeoutSeconds }: Omit<Wait, "what">,
  context: Context,
): Promise<T> {
  const look = async () => {
    const answer = await act();
    return answer === "busy" ? undefined : { answer };
  };
  const wait = { name, what: "the job that is running", timeoutSeconds };
  return until(look, wait, context).then(({ answer }) => answer);
}
