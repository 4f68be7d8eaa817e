/** A GET to a server that is no Infisical, such as one that issues tokens. */
import { createTransport, type Outcome, type TransportLimits } from "./request.ts";
import { retryDelayMs } from "./retry.ts";

interface Settings {
  limits: TransportLimits;
  environment: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  runtime: {
    delay(ms: number, signal: AbortSignal): Promise<unknown>;
    now(): number;
    random(): number;
  };
}

/** The text of its 200, or what there is in place of it: none of its words, which may quote what it was asked with. */
export async function getElsewhere(
  url: URL,
  headers: Record<string, string>,
  { limits, environment, signal, runtime }: Settings,
): Promise<{ text: string } | { problem: string }> {
  const transport = createTransport(url.origin, limits, environment);
  const request = { method: "GET", path: url.pathname + url.search, headers } as const;
  try {
    for (let count = 1; ; count++) {
      const stop = AbortSignal.any([signal, AbortSignal.timeout(5 * limits.timeoutMs)]);
      const outcome = await transport.send(request, stop);
      const time = { now: runtime.now(), random: runtime.random() };
      const wait = retryDelayMs(outcome, { method: "GET", repeat: "safe" }, count, time);
      if (wait === undefined || signal.aborted) return found(outcome, url);
      await runtime.delay(wait, signal);
    }
  } finally {
    await transport.close();
  }
}

function found(outcome: Outcome, { host }: URL): { text: string } | { problem: string } {
  if (outcome.kind === "failure") return { problem: `${host} did not answer (${outcome.detail})` };
  return outcome.status === 200 ? { text: outcome.text } : { problem: `${host} answered ${outcome.status}` };
}
