import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { membershipOf, requireCan } from "../auth/permissions.ts";
import * as field from "../http/fields.ts";
import { folderAt, projectById } from "../http/lookup.ts";
import { parse, route } from "../http/route.ts";
import type { Project, World } from "../model.ts";
import { addImport, changeImport, dropImport, importView, requireImport } from "./import-actions.ts";

const place = { environment: field.environment, path: field.secretPath.default("/") };
const byId = z.object({ id: z.string() });
const source = z.object({ environment: field.environment, path: field.secretPath });
const movedSource = z.object({
  environment: field.environment.optional(),
  path: field.secretPath.optional(),
  position: z.number().int().min(1).optional(),
});

/** Contract §8: the current routes and the v1 twins, which name the project `workspaceId`. */
export function importRoutes(app: FastifyInstance): void {
  const v2 = z.object({ projectId: field.projectId });
  const v1 = z.object({ workspaceId: field.projectId });
  routesAt(app, "/api/v2/secret-imports", (world, input) => projectById(world, parse(v2, input).projectId));
  routesAt(app, "/api/v1/secret-imports", (world, input) => projectById(world, parse(v1, input).workspaceId));
}

function routesAt(
  app: FastifyInstance,
  base: string,
  projectOf: (world: World, input: unknown) => Project,
): void {
  route(app, {
    method: "POST",
    url: base,
    body: z.object({ ...place, import: source, isReplication: z.boolean().default(false) }),
    handle: ({ body, actor, request, context, world }) => ({
      message: "Successfully created secret import",
      secretImport: importView(addImport(context, actor.identity, projectOf(world, request.body), body)),
    }),
  });
  route(app, {
    method: "PATCH",
    url: `${base}/:id`,
    params: byId,
    body: z.object({ ...place, import: movedSource }),
    handle: ({ params, body, actor, request, world }) => ({
      message: "Successfully updated secret import",
      secretImport: importView(
        changeImport(world, actor.identity, projectOf(world, request.body), { ...body, id: params.id }),
      ),
    }),
  });
  route(app, {
    method: "DELETE",
    url: `${base}/:id`,
    params: byId,
    body: z.object(place),
    handle: ({ params, body, actor, request, world }) => ({
      message: "Successfully deleted secret import",
      secretImport: dropImport(world, actor.identity, projectOf(world, request.body), {
        ...body,
        id: params.id,
      }),
    }),
  });
  route(app, {
    method: "GET",
    url: base,
    query: z.object(place),
    handle: ({ query, actor, request, world }) => {
      const project = projectOf(world, request.query);
      const target = { environment: query.environment, secretPath: query.path };
      requireCan(membershipOf(actor.identity, project), "describeSecret", target);
      const folder = folderAt(project, query.environment, query.path);
      return {
        message: "Successfully fetched secret imports",
        secretImports: folder.imports.map(importView),
      };
    },
  });
  route(app, {
    method: "GET",
    url: `${base}/:id`,
    params: byId,
    handle: ({ params, actor, world }) => {
      const found = requireImport(world, params.id);
      membershipOf(actor.identity, found.folder.environment.project);
      return { secretImport: importView(found) };
    },
  });
}
