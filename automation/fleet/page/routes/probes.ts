/** For those who watch the process: it lives, it works, and its numbers. */
import type { FastifyInstance } from "fastify";
import type { PageOptions } from "../server.ts";
import { STYLE, STYLE_PATH } from "../views/style.ts";

/** So often at most the database is asked, whoever asks here. */
const READY_MS = 1_000;
const DATABASE_MS = 5_000;

export function probeRoutes(app: FastifyInstance, { fleet, isReady, metrics, monotonic }: PageOptions): void {
  const open = { config: { isOpen: true } };
  const now = monotonic ?? (() => performance.now());
  let last: { at: number; found: Promise<boolean> } | undefined;
  const answersDatabase = (): Promise<boolean> => {
    if (last === undefined || now() - last.at > READY_MS) last = { at: now(), found: asked() };
    return last.found;
  };
  const asked = async () => {
    const late = AbortSignal.timeout(DATABASE_MS);
    return await Promise.race([
      fleet.database.query("select 1").then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => late.addEventListener("abort", () => resolve(false))),
    ]);
  };

  app.get("/healthz", open, async (_, reply) => reply.type("text/plain").send("ok\n"));
  app.get("/readyz", open, async (_, reply) => {
    const isUp = (isReady?.() ?? true) && (await answersDatabase());
    return reply
      .code(isUp ? 200 : 503)
      .type("text/plain")
      .send(isUp ? "ready\n" : "not ready\n");
  });
  if (metrics)
    app.get("/metrics", async (_, reply) => {
      const { type, text } = await metrics();
      return reply.type(type).send(text);
    });
  app.get(STYLE_PATH, open, async (_, reply) =>
    reply
      .type("text/css; charset=utf-8")
      .header("cache-control", "public, max-age=31536000, immutable")
      .send(STYLE),
  );
}
