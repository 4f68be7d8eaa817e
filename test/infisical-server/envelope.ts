import { randomBytes } from "node:crypto";
import type { FastifyError, FastifyReply } from "fastify";
import { ApiError } from "./errors.ts";

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
  reply: FastifyReply,
  log: (line: string) => void,
) {
  if (error instanceof ApiError) {
    const message = error.issues ?? error.message;
    return reply.status(error.status).send(envelope(error.status, error.error, message, error.details));
  }
  log(`500 ${"code" in error ? error.message : (error.stack ?? error.message)}`);
  return reply.status(500).send(envelope(500, "InternalServerError", "Something went wrong"));
}
