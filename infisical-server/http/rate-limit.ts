// Contract §3: fixed windows of 60 s per IP. Off unless a class has a limit, as on a self-hosted server.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Context, RateLimits } from "../context.ts";
import { routeOf } from "../revisions/translate.ts";
import { ApiError } from "./errors.ts";
import { rateClassOf } from "./rate-class.ts";

const WINDOW_MS = 60_000;

/** Of the cloud service; `self-hosted` is what the backend of October 2024 has in production mode (contract §3). */
export type RateLimitPlan = "free" | "pro" | "self-hosted";

const EVERY_PLAN = { global: 600, projectCreation: 30, identityCreation: 30 };

const PLANS: Record<RateLimitPlan, RateLimits> = {
  free: { ...EVERY_PLAN, secret: 120, read: 200, write: 90 },
  "self-hosted": { ...EVERY_PLAN, secret: 40, read: 60, write: 200 },
  pro: { ...EVERY_PLAN, secret: 300, read: 350, write: 200 },
};

export const limitsOf = (limits: RateLimits | RateLimitPlan = {}): RateLimits =>
  typeof limits === "string" ? PLANS[limits] : limits;

export type RateLimiter = (request: FastifyRequest, reply: FastifyReply) => void;

interface Window {
  start: number;
  used: number;
}

export function createRateLimiter(
  rateLimits: RateLimits,
  { world, revision }: Pick<Context, "world" | "revision">,
): RateLimiter {
  const windows = new Map<string, Window>();

  const count = (kind: keyof RateLimits, ip: string, route = "") => {
    const limit = rateLimits[kind];
    if (limit === undefined) return undefined;
    const now = world.now();
    const key = `${kind} ${ip} ${route}`;
    let window = windows.get(key);
    if (!window || now >= window.start + WINDOW_MS) {
      window = { start: now, used: 0 };
      windows.set(key, window);
    }
    window.used += 1;
    return { limit, used: window.used, left: Math.ceil((window.start + WINDOW_MS - now) / 1000) };
  };

  return (request, reply) => {
    const kind = rateClassOf(request.method, request.url);
    if (kind === undefined) return;
    const route = revision.limitsPerRoute ? routeOf(request) : undefined;
    const counts = [count("global", request.ip), count(kind, request.ip, route)].filter(
      (one) => one !== undefined,
    );
    // The headers are those of the limit that refuses, else of the class, which is the tighter one.
    const told = counts.find(({ used, limit }) => used > limit) ?? counts.at(-1);
    if (!told) return;
    const { limit, used, left } = told;
    reply.headers({
      "x-ratelimit-limit": limit,
      "x-ratelimit-remaining": Math.max(0, limit - used),
      "x-ratelimit-reset": left,
    });
    if (used > limit) {
      reply.header("retry-after", left);
      throw tooManyRequests(left);
    }
  };
}

export const tooManyRequests = (seconds: number) =>
  new ApiError(429, "RateLimitExceeded", `Too many requests. Please try again in ${seconds} seconds`);
