/** Tells the user's own webhook what waits for somebody, has failed, and is well again. */
import { createTransport } from "../../../provider/infisical/http/request.ts";
import { requireAllowedHost } from "../../../provider/resources/allowed-hosts.ts";
import { parseReference } from "../../syncs/schema.ts";
import { resolveSecret } from "../../syncs/secrets.ts";
import type { Database } from "../database/database.ts";
import { type Due, markTold, takeDue } from "./due.ts";
import { bodyOf, headersOf, idOf } from "./notification.ts";

export interface NotifyOptions {
  environment: Readonly<Record<string, string | undefined>>;
  /** Where people reach the page, for links. */
  pageUrl?: string | undefined;
  now?: () => Date;
  signal: AbortSignal;
}

export interface Told {
  project: string;
  name: string;
  type: string;
  /** Why it was not taken; it is tried again. */
  problem?: string;
}

const TIMEOUT_MS = 10_000;
const MOST_ANSWER = 64 * 1024;

/** Tells what is due now; several processes may do so at once. */
export async function notify(database: Database, options: NotifyOptions): Promise<Told[]> {
  const due = await takeDue(database);
  return await Promise.all(
    due.map(async (one): Promise<Told> => {
      const { project, name, state } = one;
      const told = { project, name, type: state === "well" ? "recovered" : (state.split(" ", 1)[0] ?? "") };
      try {
        await send(one, options);
        await markTold(database, one);
        return told;
      } catch (error) {
        return { ...told, problem: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}

async function send(
  due: Due,
  { environment, pageUrl, now = () => new Date(), signal }: NotifyOptions,
): Promise<void> {
  const { url: text, secret: reference } = due.notify;
  requireAllowedHost(text, "fleet.notify.url", environment);
  const url = new URL(text);
  const secret = reference === undefined ? undefined : await secretOf(reference, due, environment);
  const at = now();
  const body = bodyOf(due, at, pageUrl);
  const transport = createTransport(
    url.origin,
    { timeoutMs: TIMEOUT_MS, mostBytes: MOST_ANSWER },
    environment,
  );
  try {
    const answer = await transport.send(
      {
        method: "POST",
        path: url.pathname + url.search,
        headers: headersOf(body, { id: idOf(due), at, secret }),
        body,
      },
      AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    );
    // What it answers is its own affair, and a redirection is not followed: the message was for this place.
    if (answer.kind === "failure") throw new Error(`${url.host} gave no answer (${answer.reason}).`);
    if (answer.status < 200 || answer.status > 299)
      throw new Error(`${url.host} did not take it (${answer.status}).`);
  } finally {
    await transport.close();
  }
}

async function secretOf(
  reference: string,
  { project, folder }: Due,
  environment: NotifyOptions["environment"],
): Promise<string> {
  const places = { environment, folder, config: {} };
  const { value, problem } = await resolveSecret(parseReference(reference), project, places);
  if (value !== undefined) return value;
  throw new Error(`fleet.notify.secret: ${problem ?? "is empty"}.`);
}
