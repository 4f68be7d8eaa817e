// What the lists of v3 and v4 share: the early 304 of contract §4 and the input of listSecrets.
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { fingerprint, membershipOf } from "../auth/permissions.ts";
import type { Context } from "../context.ts";
import { badRequest } from "../http/errors.ts";
import { isNotModified, knownListEtag } from "../http/etag.ts";
import * as field from "../http/fields.ts";
import { stateOf } from "../http/request-state.ts";
import { type ListInput, listSecrets } from "./secret-list.ts";
import { metadataFilter, tagSlugs } from "./secret-schemas.ts";

/** The fields on which v3 and v4 agree; the schemas of both spread it. */
export const listFields = {
  environment: field.optionalText,
  secretPath: field.secretPath.default("/"),
  viewSecretValue: field.strictBoolean.default(true),
  recursive: field.strictBoolean.default(false),
  tagSlugs,
  metadataFilter,
};

export const versionField = z.coerce.number().int().positive().optional();

/** Missing is a broken business rule here, not a schema error (contract §10.1). */
export function requireEnvironment(environment: string | undefined): string {
  if (environment === undefined) throw badRequest("Missing environment");
  return environment;
}

export function answerList(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  input: ListInput,
): unknown {
  const state = stateOf(request);
  if (!state.actor) throw new Error("Secret list without an actor");
  const { identity } = state.actor;
  const { project, ...parameters } = input;
  const membership = membershipOf(identity, project);
  const key = JSON.stringify([identity.id, fingerprint(membership), parameters]);
  // A fault may change what the list says, so such an answer neither uses nor feeds the memory.
  if (state.faults.length === 0) {
    const etag = knownListEtag(context, project, key);
    if (etag !== undefined && isNotModified(request, etag)) {
      reply.header("etag", etag);
      return "";
    }
    state.listEtag = { project, key };
  }
  return listSecrets(context, state, input);
}
