/** What `onUnreachable: "skip"` means: the destination's instance does not answer, and the others go on. */
import { formatWarning } from "../engine/record/progress.ts";
import { type BridgeError, describeError, HttpError, hasCode } from "../errors.ts";
import type { OnUnreachable } from "../schema.ts";
import { connectionUrl } from "./clients.ts";
import type { Context } from "./resource.ts";

interface Destination {
  instanceUrl?: string | undefined;
  onUnreachable?: OnUnreachable | undefined;
}

/**
 * Asks something of a destination. Where outages are to be skipped, an outage is an answer, and the instance is not
 * asked again in this phase of the deployment: each attempt may take minutes.
 */
export async function unlessUnreachable<T>(
  { instanceUrl = "", onUnreachable }: Destination,
  { shared: { outages } }: Pick<Context, "shared">,
  ask: () => Promise<T>,
): Promise<{ answer: T } | { outage: BridgeError }> {
  if (onUnreachable !== "skip") return { answer: await ask() };
  const known = outages.get(instanceUrl);
  if (known) return { outage: known };
  try {
    return { answer: await ask() };
  } catch (error) {
    if (!isOutage(error)) throw error;
    // A plain failure of the server may be about the one thing that was asked.
    if (!(error instanceof HttpError && error.status === 500)) outages.set(instanceUrl, error);
    return { outage: error };
  }
}

/** No connection, no answer, or none but the server's own failures: of the destination, never of the source. */
const isOutage = (error: unknown): error is BridgeError =>
  hasCode(error, "unreachable", "timeout", "server-error", "rate-limited") && error.path === connectionUrl;

/** One line about something skipped. */
export const skippedText = (name: string, outage: BridgeError, consequence: string): string =>
  formatWarning(
    `${name} is skipped, since its instance is unreachable: ${consequence}. ${describeError(outage)}`,
  );
