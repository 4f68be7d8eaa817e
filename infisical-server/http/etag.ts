import { hash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Context } from "../context.ts";
import type { Project } from "../model.ts";

/** Contract §4: a stored list ETag lives 15 minutes. */
const LIFETIME_MS = 15 * 60 * 1000;

/** Strong, quoted, base64 SHA-1. */
export const etagOf = (payload: Buffer) => `"${hash("sha1", payload, "base64")}"`;

/** Exact comparison; a weak form does not match. */
export const isNotModified = (request: FastifyRequest, etag: string) =>
  request.headers["if-none-match"] === etag;

/** Layer 2: the ETag to answer with before anything is read. */
export function knownListEtag(context: Context, project: Project, key: string): string | undefined {
  const stored = project.listEtags.get(key);
  return stored && context.world.now() - stored.storedAt < LIFETIME_MS ? stored.etag : undefined;
}

export function rememberListEtag(context: Context, project: Project, key: string, etag: string): void {
  project.listEtags.set(key, { etag, storedAt: context.world.now() });
}
