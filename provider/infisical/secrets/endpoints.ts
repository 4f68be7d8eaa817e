/** Every endpoint that is used: method, path, request and answer. */
import { z } from "zod";
import { toLabel } from "../../engine/label.ts";
import type { ListOptions, Place, Tag } from "../../engine/store.ts";
import { lookUp } from "../../look-up.ts";
import type { Call } from "../http/exchange.ts";
import {
  type BatchResult,
  batchResult,
  type FolderList,
  folderList,
  importList,
  membership,
  oneSecret,
  type Project,
  type ProjectRow,
  project,
  projectRow,
  type SecretList,
  type SecretRow,
  secretList,
  tagRows,
} from "./rows.ts";

/** A place as people read it, for errors. */
export function placeText({ projectId, environment, secretPath }: Place): string {
  return `project "${projectId}", environment "${environment}", path "${secretPath}"`;
}

/**
 * One generation of the API, which an instance may have for some features and not for others: where things are, and what
 * they are called.
 */
export interface Generation {
  secrets: string;
  batch: string;
  folders: string;
  imports: string;
  projects: string;
  /** What requests call a project's id (data-plane §10.3, §11), and answers a project. */
  projectId: "projectId" | "workspaceId";
  project: "project" | "workspace";
  /** What lists are asked for beside folder and values; defaults differ between versions, so all is sent (§10.1). */
  listFlags(imports: string): Record<string, string>;
  describeFlags: Record<string, string>;
  projectFlags: Record<string, string>;
}

export const CURRENT: Generation = {
  secrets: "/api/v4/secrets",
  batch: "/api/v4/secrets/batch",
  folders: "/api/v2/folders",
  imports: "/api/v2/secret-imports",
  projects: "/api/v1/projects",
  projectId: "projectId",
  project: "project",
  // Early versions of v4 know the second spelling; others drop it.
  listFlags: (imports) => ({
    includeImports: imports,
    include_imports: imports,
    includePersonalOverrides: "false",
  }),
  describeFlags: { includeImports: "false" },
  projectFlags: { includeRoles: "false" },
};

export const OLDER: Generation = {
  secrets: "/api/v3/secrets/raw",
  batch: "/api/v3/secrets/batch/raw",
  folders: "/api/v1/folders",
  imports: "/api/v1/secret-imports",
  projects: "/api/v1/workspace",
  projectId: "workspaceId",
  project: "workspace",
  listFlags: (imports) => ({ include_imports: imports }),
  describeFlags: { include_imports: "false" },
  projectFlags: {},
};

/** A folder's coordinates in a request. */
const folderOf = (api: Generation, { projectId, environment, secretPath }: Place) => ({
  [api.projectId]: projectId,
  environment,
  secretPath,
});

export function listSecrets(
  api: Generation,
  place: Place,
  { values, expand, imports, isTree = false }: ListOptions & { isTree?: boolean },
): Call<SecretList> {
  const query = {
    ...folderOf(api, place),
    viewSecretValue: String(values),
    expandSecretReferences: String(expand),
    recursive: String(isTree),
    ...api.listFlags(String(imports)),
  };
  return { ...read(api.secrets, query, `list secrets of ${placeText(place)}`), answer: secretList };
}

/** Where one secret is. A deletion by the older route removes all of a key, where a batch has made it twice. */
export const singleRoute = (api: Generation, key: string): string =>
  `${api.secrets}/${encodeURIComponent(key)}`;

/** Describes one secret; the value is not asked for. */
export function describeSecret(api: Generation, place: Place, key: string): Call<unknown> {
  const query = {
    ...folderOf(api, place),
    type: "shared",
    viewSecretValue: "false",
    expandSecretReferences: "false",
    ...api.describeFlags,
  };
  const what = `look up secret "${key}" in ${placeText(place)}`;
  return { ...read(singleRoute(api, key), query, what), answer: z.unknown() };
}

/** One secret as it was at a version, its text unexpanded. */
export function secretVersion(
  api: Generation,
  place: Place,
  key: string,
  version: number,
): Call<{ secret: SecretRow }> {
  const { query, ...call } = describeSecret(api, place, key);
  return {
    ...call,
    query: { ...query, version: String(version), viewSecretValue: "true" },
    answer: oneSecret,
  };
}

/** Deletes one secret, of a name that nobody has given one: only to see whether that is refused. */
export function tryDeletion(api: Generation, place: Place, key: string): Call<unknown> {
  return {
    method: "DELETE",
    route: singleRoute(api, key),
    body: JSON.stringify({ ...folderOf(api, place), type: "shared" }),
    answer: z.unknown(),
    repeat: "unacted",
    isOptional: true,
    what: `try a deletion without effect in ${placeText(place)}`,
  };
}

/** One write of many secrets. `items` are JSON texts, put into the body as they are. */
export interface BatchWrite {
  method: "POST" | "PATCH" | "DELETE";
  mode?: "upsert" | "ignore";
  items: readonly string[];
  what: string;
  confidential?: () => Iterable<string>;
}

export function batch(
  api: Generation,
  place: Place,
  { method, mode, items, what, confidential }: BatchWrite,
): Call<BatchResult> {
  return {
    method,
    route: api.batch,
    body: batchBody(headOf(api, place, mode), items),
    answer: batchResult,
    // An update says what the secrets shall be; a create or delete that was done already is refused.
    repeat: method === "PATCH" ? "safe" : "unacted",
    what: `${what} ${placeText(place)}`,
    ...(confidential === undefined ? {} : { confidential }),
  };
}

/** Bytes of a batch write beside its items, in its longest form. */
export const batchOverhead = (place: Place): number =>
  Buffer.byteLength(headOf(CURRENT, place, "upsert")) + TAIL.length;

const TAIL = "]}";

function headOf(api: Generation, place: Place, mode: string | undefined) {
  const envelope = JSON.stringify({ ...folderOf(api, place), mode });
  return `${envelope.slice(0, -1)},"secrets":[`;
}

/** Put together as bytes: one text of all items would be made, widened and copied, at three times the cost. */
function batchBody(head: string, items: readonly string[]): Uint8Array {
  const bytes = items.reduce((sum, item) => sum + Buffer.byteLength(item) + 1, Buffer.byteLength(head) + 2);
  const body = Buffer.allocUnsafe(bytes);
  let end = body.write(head);
  items.forEach((item, index) => {
    if (index > 0) end += body.write(",", end);
    end += body.write(item, end);
  });
  end += body.write(TAIL, end);
  return body.subarray(0, end);
}

/** @param more of the query */
export function listFolders(
  api: Generation,
  { projectId, environment }: Place,
  path: string,
  more: { recursive?: "true" } = {},
): Call<FolderList> {
  const query = { [api.projectId]: projectId, environment, path, ...more };
  const what = `list folders of project "${projectId}", environment "${environment}", path "${path}"`;
  return { ...read(api.folders, query, what), answer: folderList };
}

/** The imports of one folder. */
export function listImports(
  api: Generation,
  { projectId, environment }: Place,
  path: string,
): Call<{ secretImports: unknown[] }> {
  const query = { [api.projectId]: projectId, environment, path };
  const what = `list imports of project "${projectId}", environment "${environment}", path "${path}"`;
  return { ...read(api.imports, query, what), answer: importList };
}

/** Makes missing parents too; an existing folder is answered like a new one (data-plane §7.2). */
export function createFolder(api: Generation, place: Place, path: string, name: string): Call<unknown> {
  return {
    method: "POST",
    route: api.folders,
    body: JSON.stringify({ [api.projectId]: place.projectId, environment: place.environment, path, name }),
    answer: z.unknown(),
    repeat: "safe",
    what: `create the folder of ${placeText(place)}`,
  };
}

/**
 * Deletes a folder, by its id: another that has its name by now is not found.
 *
 * @param path of the folder above. Old instances know no `forceDelete`, and always delete what a folder holds with it.
 */
export function deleteFolder(api: Generation, place: Place, path: string, id: string): Call<unknown> {
  const { projectId, environment } = place;
  return {
    method: "DELETE",
    route: `${api.folders}/${encodeURIComponent(id)}`,
    body: JSON.stringify({
      [api.projectId]: projectId,
      environment,
      path,
      ...(api === CURRENT && { forceDelete: false }),
    }),
    answer: z.unknown(),
    repeat: "unacted",
    what: `delete the folder of ${placeText(place)}`,
  };
}

/** What an answer has under a name. Zod compiles a schema at its first use, which takes longer than an answer: each is made once. */
function inside<T extends z.ZodType>(schema: T) {
  const make = (name: string) =>
    z.object({ [name]: schema }).transform((body) => lookUp(body, name) as z.output<T>);
  const made = new Map<string, ReturnType<typeof make>>();
  return (name: string) => {
    const schemaOfName = made.get(name) ?? make(name);
    made.set(name, schemaOfName);
    return schemaOfName;
  };
}

const projectIn = inside(project);
const projectsIn = inside(z.array(projectRow));
const tagsIn = inside(tagRows);
const membershipIn = inside(membership);
const rowsIn = inside(z.array(z.unknown()));

export function getProject(api: Generation, projectId: string): Call<Project> {
  const route = `${api.projects}/${encodeURIComponent(projectId)}`;
  return { ...read(route, {}, `read project "${projectId}"`), answer: projectIn(api.project) };
}

const tagsRoute = (api: Generation, projectId: string): string =>
  `${api.projects}/${encodeURIComponent(projectId)}/tags`;

/** The deprecated twin of the route names the same rows otherwise. */
const tagName = (api: Generation): string => (api === CURRENT ? "tag" : "workspaceTag");

export function listTags(api: Generation, projectId: string): Call<{ id: string; slug: string }[]> {
  const what = `list tags of project "${projectId}"`;
  return { ...read(tagsRoute(api, projectId), {}, what), answer: tagsIn(`${tagName(api)}s`) };
}

/** One that is there already is refused, so that it may be asked for again. */
export function createTag(api: Generation, projectId: string, { slug, color }: Tag): Call<unknown> {
  return {
    method: "POST",
    route: tagsRoute(api, projectId),
    // Both are asked for; an empty colour is none.
    body: JSON.stringify({ slug, color: color ?? "" }),
    answer: z.unknown(),
    repeat: "safe",
    what: `create the tag "${toLabel(slug)}" in project "${projectId}"`,
  };
}

/** What an identity may do in a project: its roles, and its privileges beside them; by routes of versions before v2 of folders. */
export const getMembership = (projectId: string, identityId: string) => ({
  ...read(
    `/api/v2/workspace/${encodeURIComponent(projectId)}/identity-memberships/${encodeURIComponent(identityId)}`,
    {},
    `read the roles of the identity in project "${projectId}"`,
  ),
  answer: membershipIn("identityMembership"),
});

export const listPrivileges = (projectSlug: string, identityId: string) => ({
  ...read(
    "/api/v1/additional-privilege/identity",
    { projectSlug, identityId },
    `list the privileges of the identity in project "${projectSlug}"`,
  ),
  answer: rowsIn("privileges"),
});

/** Of one folder; no list of secrets tells them. */
export const listDynamicSecrets = (projectSlug: string, { environment, secretPath }: Place) => ({
  ...read(
    "/api/v1/dynamic-secrets",
    { projectSlug, environmentSlug: environment, path: secretPath },
    `list dynamic secrets of project "${projectSlug}", environment "${environment}", path "${secretPath}"`,
  ),
  answer: rowsIn("dynamicSecrets"),
});

/** The projects that the identity belongs to; the list has no pages (data-plane §6.2). */
export function listProjects(api: Generation, host: string): Call<ProjectRow[]> {
  const what = `list the projects of the identity on ${host}`;
  return {
    ...read(api.projects, api.projectFlags, what),
    answer: projectsIn(`${api.project}s`),
  };
}

function read(route: string, query: Record<string, string>, what: string) {
  return { method: "GET", route, query, repeat: "safe", what } as const;
}
