import { z } from "zod";
import { badRequest } from "../http/errors.ts";
import type { ConnectionCredentials } from "./model.ts";

const TIMEOUT_MS = 10_000;
const answerSchema = z.object({ accessToken: z.string().min(1) });

/**
 * Logs in at the other instance, as a test of the credentials; the token is not used (control-plane §2.8, step 3).
 * The texts name a status or a network failure and nothing else: neither what was sent nor what came back.
 */
export async function requireLogin(
  credentials: ConnectionCredentials,
  timeoutMs = TIMEOUT_MS,
): Promise<void> {
  const { status, text } = await post(credentials, timeoutMs);
  if (status < 200 || status > 299) throw refused(`Request failed with status code ${status}`);
  if (!answerSchema.safeParse(parseJson(text)).success) throw unverified();
}

async function post(
  { instanceUrl, machineIdentityClientId, machineIdentityClientSecret }: ConnectionCredentials,
  timeoutMs: number,
): Promise<{ status: number; text: string }> {
  try {
    // A trailing slash of the address stays, so that the path then starts with two: a defect that the product has.
    const response = await fetch(`${instanceUrl}/api/v1/auth/universal-auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ clientId: machineIdentityClientId, clientSecret: machineIdentityClientSecret }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      throw refused(`timeout of ${timeoutMs}ms exceeded`);
    }
    const reason = networkFailure(error);
    throw reason === undefined ? unverified() : refused(reason);
  }
}

const refused = (reason: string) => badRequest(`Failed to validate credentials: ${reason}`);
const unverified = () => badRequest("Unable to validate connection: verify credentials");

/** `fetch` says "fetch failed"; the text that the product's client shows is in the cause. */
function networkFailure(error: unknown): string | undefined {
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return undefined;
  // One attempt per address makes an AggregateError, whose own text is empty.
  const { cause } = error;
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error ? first.message : cause.message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
