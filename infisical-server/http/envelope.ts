import { randomBytes } from "node:crypto";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { routeOf } from "../revisions/translate.ts";
import { ApiError } from "./errors.ts";
import { contextOf } from "./request-state.ts";

/** `req-` and 14 alphanumerics (contract §1). */
const newRequestId = () => `req-${randomBytes(7).toString("hex")}`;

/** The flat object of contract §2. */
export function envelope(status: number, error: string, message: unknown, details?: unknown) {
  return {
    reqId: newRequestId(),
    statusCode: status,
    message,
    error,
    ...(details === undefined ? {} : { details }),
  };
}

/**
 * Whatever is not an ApiError is a 500, also bodies over the limit and invalid JSON: the product's handler has no case
 * for the framework's own errors (contract §1).
 */
export function sendError(
  error: FastifyError | ApiError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const { revision, log } = contextOf(request);
  const answer = (status: number, name: string, message: unknown, details?: unknown) => {
    const known = { status, body: envelope(status, name, message, details) };
    const { status: sent, body } = revision.error(known, routeOf(request));
    return reply.status(sent).send(body);
  };
  if (error instanceof ApiError)
    return answer(error.status, error.error, error.issues ?? error.message, error.details);
  log(`500 ${"code" in error ? error.message : (error.stack ?? error.message)}`);
  return answer(500, "InternalServerError", "Something went wrong");
}
