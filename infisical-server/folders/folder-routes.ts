import type { FastifyInstance } from "fastify";
import { z } from "zod";
import * as field from "../http/fields.ts";
import { projectById, projectBySlug } from "../http/lookup.ts";
import { stateOf } from "../http/request-state.ts";
import { route } from "../http/route.ts";
import {
  batchUpdate,
  createFolder,
  deleteFolder,
  getFolder,
  listFolders,
  updateFolder,
} from "./folder-actions.ts";

const when = z.iso.datetime({ offset: true }).optional();
const byName = z.object({ idOrName: z.string() });
const byId = z.object({ id: z.string() });

const updateFields = {
  environment: field.environment,
  name: field.folderName,
  path: field.folderPath.default("/"),
  description: z.string().trim().nullish(),
};
const batchFolders = z.array(z.object({ ...updateFields, id: z.string() })).min(1);
const placeFields = { environment: field.environment };
const createFields = { ...placeFields, name: field.folderName, description: z.string().trim().nullish() };

/** v1 takes `workspaceId`, and `directory` for `path` (contract §7.3). */
const withDirectory = <T extends { path?: string | undefined; directory?: string | undefined }>(
  input: T,
) => ({
  ...input,
  path: input.path ?? input.directory ?? "/",
});
const v1Path = { path: field.folderPath.optional(), directory: field.folderPath.optional() };

/** Contract §7.2. */
export function folderV2Routes(app: FastifyInstance): void {
  const base = "/api/v2/folders";
  const projectId = { projectId: field.projectId };

  route(app, {
    method: "POST",
    url: base,
    body: z.object({ ...projectId, ...createFields, path: field.folderPath.default("/") }),
    handle: ({ body, actor, world }) => createFolder(world, actor, projectById(world, body.projectId), body),
  });
  route(app, {
    method: "GET",
    url: base,
    query: z.object({
      ...projectId,
      ...placeFields,
      path: field.folderPath,
      recursive: field.lenientBoolean.default(false),
      lastSecretModified: when,
    }),
    handle: ({ query, actor, world }) => listFolders(actor, projectById(world, query.projectId), query),
  });
  route(app, {
    method: "PATCH",
    url: `${base}/batch`,
    body: z.object({ ...projectId, folders: batchFolders }),
    handle: ({ body, actor, world }) =>
      batchUpdate(world, actor, projectById(world, body.projectId), body.folders),
  });
  route(app, {
    method: "PATCH",
    url: `${base}/:id`,
    params: byId,
    body: z.object({ ...projectId, ...updateFields }),
    handle: ({ params, body, actor, world }) =>
      updateFolder(world, actor, projectById(world, body.projectId), { ...body, id: params.id }),
  });
  route(app, {
    method: "DELETE",
    url: `${base}/:idOrName`,
    params: byName,
    body: z.object({
      ...projectId,
      ...placeFields,
      path: field.folderPath.default("/"),
      forceDelete: field.lenientBoolean.default(false),
    }),
    handle: ({ params, body, actor, request, world }) =>
      deleteFolder(world, stateOf(request).faults, actor, projectById(world, body.projectId), {
        ...body,
        ...params,
      }),
  });
  getRoute(app, base);
}

/** Contract §7.3: deprecated, still used by most clients. */
export function folderV1Routes(app: FastifyInstance): void {
  const base = "/api/v1/folders";
  const workspaceId = { workspaceId: field.projectId };

  route(app, {
    method: "POST",
    url: base,
    body: z.object({ ...workspaceId, ...createFields, ...v1Path }).transform(withDirectory),
    handle: ({ body, actor, world }) =>
      createFolder(world, actor, projectById(world, body.workspaceId), body),
  });
  route(app, {
    method: "GET",
    url: base,
    query: z
      .object({
        ...workspaceId,
        ...placeFields,
        ...v1Path,
        recursive: field.lenientBoolean.default(false),
        lastSecretModified: when,
      })
      .transform(withDirectory),
    handle: ({ query, actor, world }) => listFolders(actor, projectById(world, query.workspaceId), query),
  });
  route(app, {
    method: "PATCH",
    url: `${base}/batch`,
    body: z.object({ projectSlug: z.string().trim(), folders: batchFolders }),
    handle: ({ body, actor, world }) =>
      batchUpdate(world, actor, projectBySlug(world, body.projectSlug), body.folders),
  });
  route(app, {
    method: "PATCH",
    url: `${base}/:id`,
    params: byId,
    body: z.object({ ...workspaceId, ...updateFields, ...v1Path }).transform(withDirectory),
    handle: ({ params, body, actor, world }) =>
      updateFolder(world, actor, projectById(world, body.workspaceId), { ...body, id: params.id }),
  });
  route(app, {
    method: "DELETE",
    url: `${base}/:idOrName`,
    params: byName,
    body: z.object({ ...workspaceId, ...placeFields, ...v1Path }).transform(withDirectory),
    handle: ({ params, body, actor, request, world }) =>
      deleteFolder(world, stateOf(request).faults, actor, projectById(world, body.workspaceId), {
        ...body,
        ...params,
        forceDelete: true,
      }),
  });
  getRoute(app, base);
}

function getRoute(app: FastifyInstance, base: string): void {
  route(app, {
    method: "GET",
    url: `${base}/:id`,
    params: byId,
    handle: ({ params, actor, context }) => getFolder(context.world, actor, params.id),
  });
}
