import formbody from "@fastify/formbody";
import fastify, { type FastifyInstance } from "fastify";
import { authRoutes } from "../auth/auth-routes.ts";
import { identityRoutes } from "../auth/identity-routes.ts";
import { universalAuthRoutes } from "../auth/universal-auth-routes.ts";
import type { Context } from "../context.ts";
import { controlPlaneRoutes } from "../control-plane/control-plane-routes.ts";
import { saveBeforeAnswers } from "../data/changes.ts";
import { eventRoutes } from "../events/event-routes.ts";
import { folderV1Routes, folderV2Routes } from "../folders/folder-routes.ts";
import { importRoutes } from "../imports/import-routes.ts";
import { environmentRoutes } from "../projects/environment-routes.ts";
import { membershipRoutes } from "../projects/membership-routes.ts";
import { projectRoutes } from "../projects/project-routes.ts";
import { tagRoutes } from "../projects/tag-routes.ts";
import { addTranslation } from "../revisions/translate.ts";
import { BODY_LIMIT } from "../secrets/secret-rules.ts";
import { secretV3Routes } from "../secrets/secrets-v3.ts";
import { secretV4Routes } from "../secrets/secrets-v4.ts";
import { sendError } from "./envelope.ts";
import { addHooks } from "./hooks.ts";
import { newRecord } from "./request-log.ts";
import { statusRoutes } from "./status-routes.ts";

/**
 * The framework of the product with its defaults: path parameters of at most 100 characters, HEAD
 * for every GET and the shape of the 404 for unknown routes come from there (contract §1).
 *
 * @param saved resolves when what a request changed is kept; what changes something is answered after it
 */
export function buildApp(context: Context, saved?: () => Promise<void>): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors: (_error, request, reply) => {
      // No hook runs for these. Newer frameworks answer 414 to a long parameter; the product's answers its 404.
      const record = newRecord(request.method, request.url);
      context.requests.push(Object.assign(record, { status: 404 }));
      const message = `Route ${request.method}:${request.url} not found`;
      const body = JSON.stringify({ message, error: "Not Found", statusCode: 404 });
      reply.hijack();
      reply.raw.writeHead(404, { "content-type": "application/json; charset=utf-8" }).end(body);
    },
  });
  addParsers(app);
  if (saved) saveBeforeAnswers(app, saved);
  addHooks(app, context);
  addTranslation(app, context.revision);
  app.setErrorHandler((error: Error, request, reply) => sendError(error, request, reply, context));

  statusRoutes(app, context);
  authRoutes(app, context);
  universalAuthRoutes(app, context);
  identityRoutes(app, context);
  projectRoutes(app, context);
  membershipRoutes(app, context);
  environmentRoutes(app, context);
  tagRoutes(app, context);
  folderV1Routes(app, context);
  folderV2Routes(app, context);
  importRoutes(app, context);
  eventRoutes(app, context);
  secretV3Routes(app, context);
  secretV4Routes(app, context);
  controlPlaneRoutes(app, context);
  return app;
}

/** An empty body with a JSON content type is tolerated (contract §1). */
function addParsers(app: FastifyInstance): void {
  app.register(formbody);
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    const text = String(body);
    try {
      done(null, text === "" ? undefined : JSON.parse(text));
    } catch {
      // Not the parser's own message: it quotes the body, which may hold secrets, and errors are logged.
      done(new Error("Request body is not valid JSON"));
    }
  });
}
