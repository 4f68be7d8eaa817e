import type { FastifyInstance } from "fastify";
import { z } from "zod";
import * as field from "../http/fields.ts";
import { projectById, secretsOf } from "../http/lookup.ts";
import { stateOf } from "../http/request-state.ts";
import { parse, route } from "../http/route.ts";
import { getSecret, getSecretById } from "./secret-get.ts";
import { answerList, listFields, requireEnvironment, versionField } from "./secret-list-route.ts";
import { moveRoute } from "./secret-move.ts";
import { secretWriteRoutes } from "./secret-routes.ts";
import { byName, secretType } from "./secret-schemas.ts";

const listQuery = z.object({
  ...listFields,
  projectId: field.projectId,
  expandSecretReferences: field.strictBoolean.default(true),
  includeImports: field.strictBoolean.default(true),
  includePersonalOverrides: field.strictBoolean.default(false),
});

const getQuery = z.object({
  projectId: field.projectId,
  environment: field.optionalText,
  secretPath: field.secretPath.default("/"),
  version: versionField,
  type: secretType.default("shared"),
  viewSecretValue: field.strictBoolean.default(true),
  expandSecretReferences: field.strictBoolean.default(true),
  includeImports: field.strictBoolean.default(true),
});

const projectBody = z.object({ projectId: field.projectId });

/** Contract §10. */
export function secretV4Routes(app: FastifyInstance): void {
  route(app, {
    method: "GET",
    url: "/api/v4/secrets",
    query: listQuery,
    handle: ({ query, request, reply, world, context }) =>
      answerList(context, request, reply, {
        apiVersion: 4,
        project: secretsOf(projectById(world, query.projectId)),
        environment: requireEnvironment(query.environment),
        secretPath: query.secretPath,
        viewSecretValue: query.viewSecretValue,
        expandSecretReferences: query.expandSecretReferences,
        recursive: query.recursive,
        includeImports: query.includeImports,
        tagSlugs: query.tagSlugs,
        metadataFilter: query.metadataFilter,
      }),
  });

  route(app, {
    method: "GET",
    url: "/api/v4/secrets/id/:secretId",
    params: z.object({ secretId: z.string() }),
    handle: ({ params, request, context }) => getSecretById(context, stateOf(request), params.secretId),
  });

  route(app, {
    method: "GET",
    url: "/api/v4/secrets/:secretName",
    params: byName,
    query: getQuery,
    handle: ({ params, query, request, world, context }) =>
      getSecret(context, stateOf(request), {
        ...query,
        apiVersion: 4,
        key: params.secretName,
        project: secretsOf(projectById(world, query.projectId)),
        environment: requireEnvironment(query.environment),
      }),
  });

  secretWriteRoutes(app, {
    singleUrl: "/api/v4/secrets/:secretName",
    batchUrl: "/api/v4/secrets/batch",
    projectOf: (world, body) => secretsOf(projectById(world, parse(projectBody, body).projectId)),
  });
  moveRoute(app);
}
