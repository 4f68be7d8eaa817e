// Webhooks of a project, as the product sends them: what has changed, without keys and values, signed where there is a secret.
// Not kept on disk: they are gone with the server.
import { createHmac, randomUUID } from "node:crypto";
import { minimatch } from "minimatch";
import type { Context } from "../context.ts";
import { pathOf } from "../folders/folders.ts";
import type { Environment, SecretChange } from "../model.ts";

const TIMEOUT_MS = 15_000;

export interface Webhook {
  readonly id: string;
  readonly environment: Environment;
  /** A glob. */
  readonly secretPath: string;
  readonly url: string;
  readonly secretKey: string | undefined;
  readonly createdAt: string;
  isDisabled: boolean;
  lastStatus: "success" | "failed" | null;
  lastRunErrorMessage: string | null;
}

export interface Webhooks {
  /** By id. */
  readonly all: Map<string, Webhook>;
  /** Sends the event that the product has for trying one. */
  test(webhook: Webhook): Promise<void>;
  close(): void;
}

export function createWebhooks({ world, clock }: Pick<Context, "world" | "clock">): Webhooks {
  const all = new Map<string, Webhook>();
  /** Changes of one request are told as one. */
  let waiting = new Map<string, { environment: Environment; secretPath: string }>();
  const closing = new AbortController();

  const send = async (webhook: Webhook, event: string, secretPath: string): Promise<void> => {
    const { environment, url, secretKey } = webhook;
    const timestamp = clock.now();
    const project = { workspaceId: environment.project.id, environment: environment.slug, secretPath };
    const body = JSON.stringify({ event, project, timestamp });
    const signature = secretKey && createHmac("sha256", secretKey).update(body).digest("hex");
    try {
      const response = await fetch(url, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/json",
          ...(signature && { "x-infisical-signature": `t=${timestamp};${signature}` }),
        },
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`Request failed with status code ${response.status}`);
      Object.assign(webhook, { lastStatus: "success", lastRunErrorMessage: null });
    } catch (error) {
      Object.assign(webhook, { lastStatus: "failed", lastRunErrorMessage: String(error) });
    }
  };
  const flush = () => {
    const places = [...waiting.values()];
    waiting = new Map();
    for (const { environment, secretPath } of places)
      for (const webhook of all.values())
        if (!webhook.isDisabled && webhook.environment === environment && isMeant(webhook, secretPath))
          void send(webhook, "secrets.modified", secretPath);
  };
  const watch = ({ folder, kind }: SecretChange) => {
    if (kind === "folders" || all.size === 0) return;
    if (waiting.size === 0) queueMicrotask(flush);
    waiting.set(folder.id, { environment: folder.environment, secretPath: pathOf(folder) });
  };
  world.watchers.add(watch);
  return {
    all,
    test: (webhook) => send(webhook, "test", webhook.secretPath),
    close() {
      world.watchers.delete(watch);
      closing.abort();
    },
  };
}

const isMeant = ({ secretPath: glob }: Webhook, secretPath: string) =>
  glob === secretPath || minimatch(secretPath, glob);

export const newWebhook = (
  given: Pick<Webhook, "environment" | "secretPath" | "url" | "secretKey" | "createdAt">,
): Webhook => ({
  ...given,
  id: randomUUID(),
  isDisabled: false,
  lastStatus: null,
  lastRunErrorMessage: null,
});
