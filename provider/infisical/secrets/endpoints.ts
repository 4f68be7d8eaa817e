/** Every endpoint that is used: method, path, request and answer. Only fields that are used are described. */
import { z } from "zod";
import type { ListOptions, Place } from "../../engine/store.ts";
import type { Call } from "../http/exchange.ts";
import { words } from "../http/words.ts";

/** A secret as lists and writes answer it (data-plane §9.5). */
export interface SecretRow {
  id?: string | null | undefined;
  _id?: string | null | undefined;
  secretKey: string;
  /** Absent only where values were not asked for, and in answers to writes. */
  secretValue?: string | null | undefined;
  secretValueHidden?: boolean | null | undefined;
  version: number;
  type?: string | null | undefined;
  /** Who wrote it last; not checked, since nothing depends on it. */
  actor?: unknown;
  isRotatedSecret?: boolean | null | undefined;
  /** Its items are read one by one, where there are any. */
  secretMetadata?: unknown;
}

/** By hand: lists have tens of thousands of rows, and copying each by a schema takes twenty times as long. */
const secretRows = z.custom<SecretRow[]>(
  (rows) => Array.isArray(rows) && rows.every(isSecretRow),
  "expected a list of secrets, each with its key, id and version",
);

const oneSecret = z.object({
  secret: z.custom<SecretRow>(
    (row) => isSecretRow(row as never),
    "expected a secret with its key and version",
  ),
});

function isSecretRow(row: Record<keyof SecretRow, unknown> | null): boolean {
  return (
    typeof row === "object" &&
    row !== null &&
    isKey(row.secretKey) &&
    isVersion(row.version) &&
    isIdOrAbsent(row.id) &&
    isIdOrAbsent(row._id) &&
    isAbsentOr("string", row.secretValue) &&
    isAbsentOr("boolean", row.secretValueHidden) &&
    isAbsentOr("string", row.type) &&
    isAbsentOr("boolean", row.isRotatedSecret)
  );
}

/** Far longer than an instance stores; a longer one would only fill screens and states. */
const LONGEST_KEY = 4096;
const isKey = (key: unknown) => typeof key === "string" && key.length <= LONGEST_KEY;

/** Versions and ids become revisions, which are recorded, compared and shown. */
const isVersion = (version: unknown) => Number.isSafeInteger(version) && (version as number) >= 0;
const ID = /^[\w.-]{1,128}$/;
const isIdOrAbsent = (id: unknown) => id == null || (typeof id === "string" && ID.test(id));

const isAbsentOr = (type: "string" | "boolean", value: unknown) => value == null || typeof value === type;

const secretList = z.object({
  secrets: secretRows,
  imports: z.array(z.object({ secrets: secretRows })).nullish(),
});
export type SecretList = z.output<typeof secretList>;

/** A write is done, or waits for a review (data-plane §13). */
const batchResult = z.union([
  z.object({ secrets: secretRows }),
  z.object({ approval: z.object({ slug: z.string().regex(ID).nullish().catch(undefined) }) }),
]);
export type BatchResult = z.output<typeof batchResult>;

const folderList = z.object({ folders: z.array(z.object({ name: z.string() })) });
export type FolderList = z.output<typeof folderList>;

const project = z.object({
  type: z.string().nullish(),
  autoCapitalization: z.boolean().nullish(),
  enforceEncryptedSecretManagerSecretMetadata: z.boolean().nullish(),
  environments: z.array(z.object({ slug: words, name: words.nullish() })).nullish(),
});
export type Project = z.output<typeof project>;

/** A place as people read it, for errors. */
export function placeText({ projectId, environment, secretPath }: Place): string {
  return `project "${projectId}", environment "${environment}", path "${secretPath}"`;
}

/** All flags are sent: their defaults differ between versions (data-plane §10.1). */
export function listSecrets(place: Place, options: ListOptions): Call<SecretList> {
  const query = {
    projectId: place.projectId,
    environment: place.environment,
    secretPath: place.secretPath,
    viewSecretValue: String(options.values),
    expandSecretReferences: String(options.expand),
    recursive: "false",
    includeImports: String(options.imports),
    // Early versions of v4 know this spelling; others drop it.
    include_imports: String(options.imports),
    includePersonalOverrides: "false",
  };
  return { ...read("/api/v4/secrets", query, `list secrets of ${placeText(place)}`), answer: secretList };
}

export function listSecretsV3(place: Place, options: ListOptions): Call<SecretList> {
  const query = {
    workspaceId: place.projectId,
    environment: place.environment,
    secretPath: place.secretPath,
    viewSecretValue: String(options.values),
    expandSecretReferences: String(options.expand),
    recursive: "false",
    include_imports: String(options.imports),
  };
  return { ...read("/api/v3/secrets/raw", query, `list secrets of ${placeText(place)}`), answer: secretList };
}

/** Describes one secret; the value is not asked for. */
export function describeSecret(place: Place, key: string): Call<unknown> {
  const query = {
    projectId: place.projectId,
    environment: place.environment,
    secretPath: place.secretPath,
    type: "shared",
    viewSecretValue: "false",
    expandSecretReferences: "false",
    includeImports: "false",
  };
  const what = `look up secret "${key}" in ${placeText(place)}`;
  return { ...read(`/api/v4/secrets/${encodeURIComponent(key)}`, query, what), answer: z.unknown() };
}

export function describeSecretV3(place: Place, key: string): Call<unknown> {
  const query = {
    workspaceId: place.projectId,
    environment: place.environment,
    secretPath: place.secretPath,
    type: "shared",
    viewSecretValue: "false",
    expandSecretReferences: "false",
    include_imports: "false",
  };
  const what = `look up secret "${key}" in ${placeText(place)}`;
  return { ...read(`/api/v3/secrets/raw/${encodeURIComponent(key)}`, query, what), answer: z.unknown() };
}

/** Deletes one secret, of a name that nobody has given one: only to see whether that is refused. */
export const tryDeletion = (place: Place, key: string): Call<unknown> =>
  deletionWithoutEffect(place, `/api/v4/secrets/${encodeURIComponent(key)}`, { projectId: place.projectId });

export const tryDeletionV3 = (place: Place, key: string): Call<unknown> =>
  deletionWithoutEffect(place, singleRoute(key), { workspaceId: place.projectId });

function deletionWithoutEffect(place: Place, route: string, project: Record<string, string>): Call<unknown> {
  const { environment, secretPath } = place;
  return {
    method: "DELETE",
    route,
    body: JSON.stringify({ ...project, environment, secretPath, type: "shared" }),
    answer: z.unknown(),
    repeat: "unacted",
    isOptional: true,
    what: `try a deletion without effect in ${placeText(place)}`,
  };
}

/** One secret as it was at a version, its text unexpanded. */
export function secretVersion(place: Place, key: string, version: number): Call<{ secret: SecretRow }> {
  const { query, ...call } = describeSecret(place, key);
  return { ...call, query: { ...query, ...atVersion(version) }, answer: oneSecret };
}

export function secretVersionV3(place: Place, key: string, version: number): Call<{ secret: SecretRow }> {
  const { query, ...call } = describeSecretV3(place, key);
  return { ...call, query: { ...query, ...atVersion(version) }, answer: oneSecret };
}

const atVersion = (version: number) => ({ version: String(version), viewSecretValue: "true" });

/** The batch route of one version: projects are named differently, the rest is equal (data-plane §10.3, §11). */
export interface BatchRoute {
  route: string;
  project: "projectId" | "workspaceId";
}
export const BATCH: BatchRoute = { route: "/api/v4/secrets/batch", project: "projectId" };
export const BATCH_V3: BatchRoute = { route: "/api/v3/secrets/batch/raw", project: "workspaceId" };

/** A deletion there removes all secrets of the key, where a batch of an older version has made it twice. */
export const singleRoute = (key: string): string => `/api/v3/secrets/raw/${encodeURIComponent(key)}`;

/** One write of many secrets. `items` are JSON texts, put into the body as they are. */
export interface BatchWrite {
  method: "POST" | "PATCH" | "DELETE";
  mode?: "upsert" | "ignore";
  items: readonly string[];
  what: string;
  confidential?: () => Iterable<string>;
}

export function batch(
  { route, project }: BatchRoute,
  place: Place,
  { method, mode, items, what, confidential }: BatchWrite,
): Call<BatchResult> {
  return {
    method,
    route,
    body: batchBody(headOf(place, project, mode), items),
    answer: batchResult,
    // An update says what the secrets shall be; a create or delete that was done already is refused.
    repeat: method === "PATCH" ? "safe" : "unacted",
    what: `${what} ${placeText(place)}`,
    ...(confidential === undefined ? {} : { confidential }),
  };
}

/** Bytes of a batch write beside its items, in its longest form. */
export const batchOverhead = (place: Place): number =>
  Buffer.byteLength(headOf(place, BATCH.project, "upsert")) + TAIL.length;

const TAIL = "]}";

function headOf({ projectId, environment, secretPath }: Place, project: string, mode: string | undefined) {
  const envelope = JSON.stringify({ [project]: projectId, environment, secretPath, mode });
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

export function listFolders(place: Place, path: string): Call<FolderList> {
  const query = { projectId: place.projectId, environment: place.environment, path };
  return { ...read("/api/v2/folders", query, folderText(place, path)), answer: folderList };
}

export function listFoldersV1(place: Place, path: string): Call<FolderList> {
  const query = { workspaceId: place.projectId, environment: place.environment, path };
  return { ...read("/api/v1/folders", query, folderText(place, path)), answer: folderList };
}

/** Makes missing parents too; an existing folder is answered like a new one (data-plane §7.2). */
export function createFolder(place: Place, path: string, name: string): Call<unknown> {
  const { projectId, environment } = place;
  return newFolder("/api/v2/folders", { projectId, environment, path, name }, place);
}

export function createFolderV1(place: Place, path: string, name: string): Call<unknown> {
  const { projectId, environment } = place;
  return newFolder("/api/v1/folders", { workspaceId: projectId, environment, path, name }, place);
}

export function getProject(projectId: string): Call<{ project: Project }> {
  const route = `/api/v1/projects/${encodeURIComponent(projectId)}`;
  return { ...read(route, {}, `read project "${projectId}"`), answer: z.object({ project }) };
}

export function getWorkspace(projectId: string): Call<{ project: Project }> {
  const route = `/api/v1/workspace/${encodeURIComponent(projectId)}`;
  const answer = z.object({ workspace: project }).transform(({ workspace }) => ({ project: workspace }));
  return { ...read(route, {}, `read project "${projectId}"`), answer };
}

function read(route: string, query: Record<string, string>, what: string) {
  return { method: "GET", route, query, repeat: "safe", what } as const;
}

export function folderText({ projectId, environment }: Place, path: string): string {
  return `list folders of project "${projectId}", environment "${environment}", path "${path}"`;
}

function newFolder(route: string, body: Record<string, string>, place: Place): Call<unknown> {
  return {
    method: "POST",
    route,
    body: JSON.stringify(body),
    answer: z.unknown(),
    repeat: "safe",
    what: `create the folder of ${placeText(place)}`,
  };
}
