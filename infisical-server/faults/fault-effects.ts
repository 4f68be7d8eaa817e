// What a fault does to the exchange: before the request is handled and when the answer is about to leave.
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import { expireAllTokens } from "../auth/tokens.ts";
import { envelope } from "../http/envelope.ts";
import { tooManyRequests } from "../http/rate-limit.ts";
import type { World } from "../model.ts";
import { type Fault, findFault } from "./faults.ts";

/** True when a fault took the request over: it has its answer, or will never get one. */
export async function applyBefore(
  world: World,
  faults: readonly Fault[],
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  for (const fault of faults) {
    if (await applyOne(world, fault, request, reply)) return true;
  }
  return false;
}

async function applyOne(
  world: World,
  fault: Fault,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  switch (fault.kind) {
    case "run":
      await fault.action();
      return false;
    case "expire-tokens":
      expireAllTokens(world);
      return false;
    case "delay":
      await wait(fault.ms, undefined, { ref: false });
      return false;
    case "status":
      sendStatus(fault, reply);
      return true;
    case "redirect":
      reply.redirect(fault.location, fault.status ?? 302);
      return true;
    case "oversize":
      reply.type("application/json; charset=utf-8").send(Readable.from(paddedJson(fault.bytes)));
      return true;
    case "drop-before":
      request.raw.destroy();
      return true;
    case "hang":
      return true;
    // These act on the answer, or inside the handlers.
    case "drop-after":
    case "truncate":
    case "hide-values":
    case "omit":
    case "approval":
      return false;
    default:
      return fault satisfies never;
  }
}

/** Returns false when the answer was cut off and must not be sent by the framework. */
export function applyAfter(faults: readonly Fault[], bytes: Buffer, reply: FastifyReply): boolean {
  if (findFault(faults, "drop-after")) {
    reply.raw.destroy();
    return false;
  }
  if (findFault(faults, "truncate")) {
    reply.raw.writeHead(reply.statusCode, { ...plainHeaders(reply), "content-length": bytes.length });
    reply.raw.write(bytes.subarray(0, bytes.length / 2), () => reply.raw.destroy());
    return false;
  }
  return true;
}

function plainHeaders(reply: FastifyReply) {
  return Object.fromEntries(Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined));
}

const ERROR_NAMES: Record<number, string> = {
  400: "BadRequest",
  401: "UnauthorizedError",
  403: "ForbiddenError",
  404: "NotFound",
  409: "Conflict",
  504: "GatewayTimeoutError",
};

function sendStatus(fault: Extract<Fault, { kind: "status" }>, reply: FastifyReply): void {
  const { status, retryAfterSeconds, body, contentType } = fault;
  reply.status(status);
  if (retryAfterSeconds !== undefined) reply.header("retry-after", retryAfterSeconds);
  if (contentType !== undefined) reply.type(contentType);
  if (typeof body === "string") {
    reply.send(body);
  } else if (body !== undefined) {
    reply.send(contentType === undefined ? body : JSON.stringify(body));
  } else {
    const text = status === 429 ? tooManyRequests(retryAfterSeconds ?? 60).message : "Something went wrong";
    const name = status === 429 ? "RateLimitExceeded" : (ERROR_NAMES[status] ?? "InternalServerError");
    const answer = envelope(status, name, text);
    reply.send(contentType === undefined ? answer : JSON.stringify(answer));
  }
}

/** Valid JSON of exactly the asked size, made in pieces so that any size is cheap. */
function* paddedJson(bytes: number): Generator<Buffer> {
  const head = Buffer.from('{"secrets":[],"padding":"');
  const tail = Buffer.from('"}');
  yield head;
  const piece = Buffer.alloc(64 * 1024, "x");
  for (let left = bytes - head.length - tail.length; left > 0; left -= piece.length) {
    yield left < piece.length ? piece.subarray(0, left) : piece;
  }
  yield tail;
}
