/** What browsers are told of every answer. */
import type { FastifyInstance } from "fastify";

/** Nothing is loaded but the style, nothing runs, and forms go nowhere else. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

export const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "x-robots-tag": "noindex",
  "cache-control": "no-store",
};

export function secureHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", async (_, reply) => void reply.headers(HEADERS));
}
