import type { RequestListener } from "node:http";
import formbody from "@fastify/formbody";
import fastify, { type FastifyInstance } from "fastify";
import { authRoutes } from "../auth/auth-routes.ts";
import { identityRoutes } from "../auth/identity-routes.ts";
import { machineAuthRoutes } from "../auth/machine-auth-routes.ts";
import { universalAuthRoutes } from "../auth/universal-auth-routes.ts";
import { controlPlaneRoutes } from "../control-plane/control-plane-routes.ts";
import { saveBeforeAnswers } from "../data/changes.ts";
import { eventRoutes } from "../events/event-routes.ts";
import { webhookRoutes } from "../events/webhook-routes.ts";
import { testRoutes } from "../faults/test-routes.ts";
import { dynamicSecretRoutes } from "../folders/dynamic-secret-routes.ts";
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
import { contextOf } from "./request-state.ts";
import { statusRoutes } from "./status-routes.ts";

/** Making the routes takes longer than all that most servers are asked: those of a process share them. */
let routes: Promise<RequestListener> | undefined;

export const sharedRoutes = () => (routes ??= makeRoutes());

/**
 * The framework of the product with its defaults: path parameters of at most 100 characters, HEAD
 * for every GET and the shape of the 404 for unknown routes come from there (contract §1).
 */
async function makeRoutes(): Promise<RequestListener> {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors: (_error, request, reply) => {
      // No hook runs for these. Newer frameworks answer 414 to a long parameter; the product's answers its 404.
      const record = newRecord(request.method, request.url);
      contextOf(request).requests.push(Object.assign(record, { status: 404 }));
      const message = `Route ${request.method}:${request.url} not found`;
      const body = JSON.stringify({ message, error: "Not Found", statusCode: 404 });
      reply.hijack();
      reply.raw.writeHead(404, { "content-type": "application/json; charset=utf-8" }).end(body);
    },
  });
  addParsers(app);
  saveBeforeAnswers(app);
  addHooks(app);
  addTranslation(app);
  app.setErrorHandler((error: Error, request, reply) => sendError(error, request, reply));

  statusRoutes(app);
  authRoutes(app);
  universalAuthRoutes(app);
  machineAuthRoutes(app);
  identityRoutes(app);
  projectRoutes(app);
  membershipRoutes(app);
  environmentRoutes(app);
  tagRoutes(app);
  folderV1Routes(app);
  folderV2Routes(app);
  dynamicSecretRoutes(app);
  importRoutes(app);
  eventRoutes(app);
  webhookRoutes(app);
  secretV3Routes(app);
  secretV4Routes(app);
  controlPlaneRoutes(app);
  testRoutes(app);
  await app.ready();
  return app.routing;
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
