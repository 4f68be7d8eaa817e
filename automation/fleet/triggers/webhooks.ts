/** Where the webhooks of source instances arrive. Who knows their secret can ask for looks, and for nothing else. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { parseJson } from "../../../provider/parse-json.ts";
import type { Database, Queries } from "../database/database.ts";
import type { SyncRow } from "../rows/rows.ts";
import { type ChangedPlace, readersAt } from "./readers.ts";
import { isSigned } from "./signature.ts";

export const WEBHOOK_PATH = "/webhooks/infisical";
/** Secrets of webhooks, comma-separated: one takes the place of another without a gap. */
const WEBHOOK_SECRET = "EXTERNAL_INFISICAL_WEBHOOK_SECRET";

interface WebhookOptions {
  database: Database;
  queue: {
    trigger(
      syncs: readonly Pick<SyncRow, "id" | "destination">[],
      why: "webhook",
      queries?: Queries,
    ): Promise<void>;
  };
  /** None: nobody is believed. */
  secrets: readonly string[];
  now?: () => number;
}

export const webhookSecrets = (environment: Readonly<Record<string, string | undefined>>): string[] =>
  (environment[WEBHOOK_SECRET] ?? "").split(",").filter((secret) => secret !== "");

/** Newer instances say `projectId`. */
const message = z
  .object({
    event: z.string(),
    project: z.object({
      workspaceId: z.string().optional(),
      projectId: z.string().optional(),
      environment: z.string(),
      secretPath: z.string().default("/"),
    }),
    timestamp: z.number(),
  })
  .transform(({ event, timestamp, project: { workspaceId, projectId, ...place } }) => {
    return {
      event,
      timestamp,
      place: { projectId: projectId ?? workspaceId ?? "", ...place } satisfies ChangedPlace,
    };
  });

const CHANGES: ReadonlySet<string> = new Set(["secrets.modified", "secrets.rotation-failed"]);

/** A plugin of the fleet's server. */
export async function webhookRoutes(
  app: FastifyInstance,
  { database, queue, secrets, now = Date.now }: WebhookOptions,
): Promise<void> {
  // The signature is of the bytes.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  const config = { isOpen: true };
  app.post(WEBHOOK_PATH, { bodyLimit: 65_536, config }, async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { data } = message.safeParse(parseJson(body.toString("utf8")));
    const header = request.headers["x-infisical-signature"];
    if (!isSigned(header, { body, told: data?.timestamp }, { secrets, now: now() }) || !data)
      return reply.code(401).send({ error: "The signature is missing, wrong or too old." });
    const syncs = CHANGES.has(data.event) ? await readersAt(database, data.place) : [];
    await queue.trigger(syncs, "webhook");
    return reply.code(202).send({ triggered: syncs.length });
  });
}
