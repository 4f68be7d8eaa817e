// Contract §3: fixed windows of 60 s per IP and class. Off unless a class has a limit, as on a self-hosted server.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Context, RateLimits } from "./context.ts";
import { ApiError } from "./errors.ts";

const WINDOW_MS = 60_000;

export type RateLimiter = (request: FastifyRequest, reply: FastifyReply) => void;

export function createRateLimiter({ rateLimits, world }: Context): RateLimiter {
  const windows = new Map<string, { start: number; used: number }>();

  return (request, reply) => {
    const kind = classOf(request.method, request.url);
    const limit = rateLimits[kind];
    if (limit === undefined) return;
    const now = world.now();
    const key = `${kind} ${request.ip}`;
    let window = windows.get(key);
    if (!window || now >= window.start + WINDOW_MS) {
      window = { start: now, used: 0 };
      windows.set(key, window);
    }
    window.used += 1;
    const left = Math.ceil((window.start + WINDOW_MS - now) / 1000);
    reply.headers({
      "x-ratelimit-limit": limit,
      "x-ratelimit-remaining": Math.max(0, limit - window.used),
      "x-ratelimit-reset": left,
    });
    if (window.used > limit) {
      reply.header("retry-after", left);
      throw tooManyRequests(left);
    }
  };
}

export const tooManyRequests = (seconds: number) =>
  new ApiError(429, "RateLimitExceeded", `Too many requests. Please try again in ${seconds} seconds`);

function classOf(method: string, url: string): keyof RateLimits {
  if (/^\/api\/v\d\/secrets(\/|\?|$)/.test(url)) return "secret";
  if (method === "GET") return "read";
  return /^\/api\/v\d\/(folders|secret-imports)(\/|\?|$)/.test(url) ? "secret" : "write";
}
