/** Failures as pages, or as JSON for who is no browser. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { EngineError } from "../../engines/engine.ts";
import { errorPart, type Failure } from "../../terminal/failures.ts";
import { Refusal } from "./access/guard.ts";
import { layout } from "./views/layout.ts";
import { failureView } from "./views/login.ts";

interface Told {
  status: number;
  title: string;
  failure: Failure;
  headers?: Readonly<Record<string, string>>;
}

/** @param warn is told of failures that are nobody's but ours */
export function tellFailures(app: FastifyInstance, warn: (error: unknown) => void = () => {}): void {
  app.setErrorHandler((error, request, reply) => {
    const told = toldOf(error);
    if (told.status >= 500) warn(error);
    return answer(request, reply, told);
  });
  app.setNotFoundHandler(noSuchPage);
}

export const noSuchPage = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  answer(request, reply, {
    status: 404,
    title: "Not found",
    failure: { code: "not-found", message: "There is no such page." },
  });

function answer(request: FastifyRequest, reply: FastifyReply, { status, title, failure, headers }: Told) {
  reply.code(status).headers(headers ?? {});
  if (!request.headers.accept?.includes("text/html")) return reply.send({ error: failure });
  return reply.type("text/html; charset=utf-8").send(layout({ title }, failureView(title, failure)));
}

function toldOf(error: unknown): Told {
  if (error instanceof Refusal) {
    const { statusCode, headers, message } = error;
    return { status: statusCode, title: "Refused", failure: { code: "refused", message }, headers };
  }
  if (error instanceof EngineError) {
    const failure = errorPart(error);
    if (error.code === "not-found") return { status: 404, title: "Not found", failure };
    return error.code === "plan-changed"
      ? { status: 409, title: "The plan has changed", failure }
      : { status: 400, title: "Not done", failure };
  }
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  // What else goes wrong, who looks can do nothing about, and may be told of things inside.
  return status >= 400 && status < 500
    ? { status, title: "Refused", failure: { code: "refused", message: (error as Error).message } }
    : {
        status: 500,
        title: "Something failed",
        failure: { code: "engine-failed", message: "The fleet could not answer; its log says why." },
      };
}
