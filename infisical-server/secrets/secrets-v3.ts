import type { FastifyInstance } from "fastify";
import { z } from "zod";
import * as field from "../http/fields.ts";
import { requireProjectRef, secretsOf } from "../http/lookup.ts";
import { stateOf } from "../http/request-state.ts";
import { parse, route } from "../http/route.ts";
import type { World } from "../model.ts";
import { getSecret, getSecretById } from "./secret-get.ts";
import { answerList, listFields, requireEnvironment, versionField } from "./secret-list-route.ts";
import { secretWriteRoutes } from "./secret-routes.ts";
import { byName, secretType } from "./secret-schemas.ts";
import { secretTagRoutes } from "./secret-tags.ts";

const projectQuery = {
  workspaceId: field.optionalText,
  workspaceSlug: field.optionalText,
};

const listQuery = z.object({
  ...listFields,
  ...projectQuery,
  // Not confirmed which revision is in front: false as in the Node server.
  expandSecretReferences: field.strictBoolean.default(false),
  include_imports: field.strictBoolean.default(false),
});

const getQuery = z.object({
  ...projectQuery,
  environment: field.optionalText,
  secretPath: field.secretPath.default("/"),
  version: versionField,
  type: secretType.default("shared"),
  viewSecretValue: field.strictBoolean.default(true),
  expandSecretReferences: field.strictBoolean.default(false),
  include_imports: field.strictBoolean.default(false),
});

const projectBody = z.object({
  workspaceId: field.optionalText,
  projectSlug: field.optionalText,
});

/** Contract §11. */
export function secretV3Routes(app: FastifyInstance): void {
  route(app, {
    method: "GET",
    url: "/api/v3/secrets/raw",
    query: listQuery,
    handle: ({ query, request, reply, context, world }) =>
      answerList(context, request, reply, {
        apiVersion: 3,
        project: projectOf(world, query),
        environment: requireEnvironment(query.environment),
        secretPath: query.secretPath,
        viewSecretValue: query.viewSecretValue,
        expandSecretReferences: query.expandSecretReferences,
        recursive: query.recursive,
        includeImports: query.include_imports,
        tagSlugs: query.tagSlugs,
        metadataFilter: query.metadataFilter,
      }),
  });

  route(app, {
    method: "GET",
    url: "/api/v3/secrets/raw/id/:secretId",
    params: z.object({ secretId: z.string() }),
    handle: ({ params, request, context }) => getSecretById(context, stateOf(request), params.secretId),
  });

  route(app, {
    method: "GET",
    url: "/api/v3/secrets/raw/:secretName",
    params: byName,
    query: getQuery,
    handle: ({ params, query, request, context, world }) =>
      getSecret(context, stateOf(request), {
        ...query,
        apiVersion: 3,
        key: params.secretName,
        project: projectOf(world, query),
        environment: requireEnvironment(query.environment),
        includeImports: query.include_imports,
      }),
  });

  secretWriteRoutes(app, {
    singleUrl: "/api/v3/secrets/raw/:secretName",
    batchUrl: "/api/v3/secrets/batch/raw",
    projectOf: (world, body) => {
      const { workspaceId, projectSlug } = parse(projectBody, body);
      return secretsOf(requireProjectRef(world, { id: workspaceId, slug: projectSlug }));
    },
  });
  secretTagRoutes(app);
}

const projectOf = (world: World, { workspaceId: id, workspaceSlug: slug }: ProjectQuery) =>
  secretsOf(requireProjectRef(world, { id, slug }));

interface ProjectQuery {
  workspaceId?: string | undefined;
  workspaceSlug?: string | undefined;
}
