// The way of every request through the server: record, faults, rate limit, and on the way back ETag and cut-offs.
import type { FastifyInstance } from "fastify";
import { applyAfter, applyBefore } from "../faults/fault-effects.ts";
import { etagOf, isNotModified, rememberListEtag } from "./etag.ts";
import { newRecord } from "./request-log.ts";
import { contextOf, setState, stateOf } from "./request-state.ts";

/** The server's own test API; not part of the product, so neither recorded nor hit by faults. */
const TEST_PREFIX = "/__test/";

export function addHooks(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    const context = contextOf(request);
    const record = newRecord(request.method, request.url);
    if (record.path.startsWith(TEST_PREFIX)) {
      setState(request, { record, faults: [] });
      return;
    }
    record.bytesIn = Number(request.headers["content-length"] ?? 0);
    const userAgent = request.headers["user-agent"];
    if (userAgent !== undefined) record.userAgent = userAgent;
    context.requests.push(record);
    const faults = context.faults.hit(record);
    setState(request, { record, faults });
    const isTakenOver = await applyBefore(context.world, faults, request, reply);
    if (isTakenOver) reply.hijack();
    else context.limit(request, reply);
  });

  app.addHook("preHandler", async (request) => {
    const body: unknown = request.body;
    if (typeof body !== "object" || body === null) return;
    const { record } = stateOf(request);
    if ("secrets" in body && Array.isArray(body.secrets)) record.items = body.secrets.length;
    if ("secretPath" in body && typeof body.secretPath === "string") record.secretPath = body.secretPath;
  });

  // Takes a callback: an answer that a fault cut off never goes on to the framework.
  app.addHook("onSend", (request, reply, payload: unknown, done) => {
    const context = contextOf(request);
    const { record, faults, listEtag } = stateOf(request);
    const finish = (content: unknown) => {
      record.status = reply.statusCode;
      context.log(`${record.method} ${record.path} ${record.status}`);
      done(null, content);
    };
    if (typeof payload !== "string" && !Buffer.isBuffer(payload)) {
      finish(payload);
      return;
    }
    // Encoded once: hashing, measuring and sending would each encode a long text again.
    const bytes = Buffer.from(payload);
    if (!applyAfter(faults, bytes, reply)) return;
    const known = reply.getHeader("etag");
    const etag = typeof known === "string" ? known : etagOf(bytes);
    reply.header("etag", etag);
    if (listEtag && reply.statusCode === 200) rememberListEtag(context, listEtag.project, listEtag.key, etag);
    if (isNotModified(request, etag)) {
      reply.status(304);
      finish("");
      return;
    }
    record.bytesOut = bytes.length;
    finish(bytes);
  });
}
