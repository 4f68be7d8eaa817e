// The way of a request to the routes, which are those of the newest version, and of their answer back.
import type { FastifyInstance, FastifyRequest } from "fastify";
import { validationFailure } from "../http/errors.ts";
import { contextOf } from "../http/request-state.ts";
import type { Revision, RouteName } from "./revision.ts";

type Input = Record<string, unknown>;

/** HEAD is the same route as GET. */
export const routeOf = ({ method, routeOptions }: FastifyRequest): RouteName =>
  `${method === "HEAD" ? "GET" : method} ${routeOptions.url ?? ""}`;

export function addTranslation(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    const { url } = request.routeOptions;
    if (url === undefined || !contextOf(request).revision.lacks.some((route) => route.test(url)))
      return undefined;
    reply.callNotFound();
    // Answered: the route's own hooks are not to run.
    return reply;
  });

  app.addHook("preHandler", async (request) => {
    const { revision } = contextOf(request);
    const refusal = revision.refuses.get(routeOf(request));
    if (refusal) throw refusal();
    requireFields(revision, request);
    request.query = readable(revision, request, "query");
    request.body = readable(revision, request, "body");
  });

  app.addHook("preSerialization", async (request, _reply, body) => {
    const { answer } = contextOf(request).revision;
    return answer ? answer(body, routeOf(request)) : body;
  });
}

function requireFields({ requiredFields }: Revision, request: FastifyRequest): void {
  const asked = requiredFields.filter(({ routes }) => routes.test(routeOf(request)));
  const body = (request.body ?? {}) as Input;
  const items = Array.isArray(body["secrets"]) ? (body["secrets"] as Input[]) : [];
  const missing = asked.flatMap((fields) => [
    ...(fields.body ?? []).filter((name) => body[name] === undefined).map((name) => [name]),
    ...items.flatMap((item, index) =>
      (fields.items ?? []).filter((name) => item[name] === undefined).map((name) => ["secrets", index, name]),
    ),
  ]);
  if (missing.length === 0) return;
  throw validationFailure(missing.map((path) => ({ code: "invalid_type", path, message: "Required" })));
}

/** What this version makes of the query or the body. */
function readable(revision: Revision, request: FastifyRequest, part: "query" | "body"): unknown {
  const given = request[part];
  if (typeof given !== "object" || given === null) return given;
  const route = routeOf(request);
  const unknown = revision.unknownFields.filter(({ routes }) => routes.test(route));
  const read = without(
    given as Input,
    unknown.flatMap((one) => one[part] ?? []),
  );
  for (const name of ["secretPath", "path", "directory"]) {
    const path = read[name];
    if (typeof path === "string") read[name] = revision.readPath(path, route);
  }
  const { secrets } = read;
  const unknownOfItems = part === "body" ? unknown.flatMap(({ items = [] }) => items) : [];
  if (Array.isArray(secrets) && unknownOfItems.length > 0)
    read["secrets"] = secrets.map((item: Input) => without(item, unknownOfItems));
  const { syncOptions } = read;
  if (part === "body" && typeof syncOptions === "object" && syncOptions !== null)
    read["syncOptions"] = without(
      syncOptions as Input,
      unknown.flatMap((one) => one.syncOptions ?? []),
    );
  return read;
}

export function without(fields: Input, names: readonly string[]): Input {
  const rest = { ...fields };
  for (const name of names) delete rest[name];
  return rest;
}
