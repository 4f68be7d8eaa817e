// How the backend of October 2024 words its answers, made from those of the newest version.
import type { ErrorAnswer, RouteName } from "./revision.ts";
import { without } from "./translate.ts";

type Row = Record<string, unknown>;

export function answer(body: unknown, route: RouteName): unknown {
  if (typeof body !== "object" || body === null) return body;
  if (route === "GET /api/status")
    return without(body as Row, ["samlDefaultOrgSlug", "auditLogStorageDisabled"]);
  if (/ \/api\/v2\/workspace\/:slug$/.test(route)) return projectView(body as Row);
  return Object.fromEntries(Object.entries(body).map(([name, part]) => [name, partOf(name, part)]));
}

function partOf(name: string, part: unknown): unknown {
  switch (name) {
    case "secrets":
      return (part as Row[]).map(secretView);
    case "secret":
      return without(secretView(part as Row), ["secretPath"]);
    case "imports":
      return (part as Row[]).map(importView);
    case "folders":
      return (part as Row[]).map(folderView);
    case "folder":
      return folderView(part as Row);
    case "project":
    case "workspace":
      // Where an environment is made, this is the project's id.
      return typeof part === "string" ? part : projectView(part as Row);
    default:
      return part;
  }
}

const importView = (row: Row): Row => ({
  ...row,
  secrets: (row["secrets"] as Row[]).map((secret) =>
    without(secretView(secret), ["secretReminderNote", "secretReminderRepeatDays"]),
  ),
});

const secretView = (row: Row): Row => ({
  ...without(row, ["actor", "isRotatedSecret", "rotationId", "secretValueHidden", "secretMetadata"]),
  skipMultilineEncoding: row["skipMultilineEncoding"] ?? false,
  metadata: null,
});

const folderView = (row: Row): Row => without(row, ["path", "description", "lastSecretModified"]);

const projectView = (row: Row): Row =>
  without(row, [
    "type",
    "defaultProduct",
    "description",
    "hasDeleteProtection",
    "secretSharing",
    "showSnapshotsLegacy",
    "enforceEncryptedSecretManagerSecretMetadata",
    "secretDetectionIgnoreValues",
    "kmsSecretManagerKeyId",
  ]);

export function error({ status, body }: ErrorAnswer, route: RouteName): ErrorAnswer {
  const { reqId, details, ...rest } = body;
  const as = (other: number, more: Row) => ({
    status: other,
    body: { ...rest, ...more, statusCode: other },
  });
  if (status === 429) return as(429, { message: limitText(rest["message"]) });
  const isUnknownProject = status === 404 && /^Project with /.test(String(rest["message"]));
  if (isUnknownProject && /^GET \/api\/v[12]\/workspace\/:/.test(route)) return as(500, BROKEN);
  // It looks for the membership first.
  const isNoMember = status === 403 && / is not a member of project /.test(String(rest["message"]));
  if (isNoMember || (isUnknownProject && route.includes(" /api/v1/folders"))) return as(403, NO_MEMBER);
  if (isUnknownProject && route.includes(" /api/v3/secrets/"))
    return as(404, { message: `${rest["message"]} during bot lookup. ${CHECK_ID}` });
  if (status === 404 && /^Secret with name /.test(String(rest["message"])))
    return as(404, { error: "NotFound" });
  // Names of folders are looked at in the database only.
  if (route === "POST /api/v1/folders" && isWrongName(rest["message"])) return as(500, BROKEN);
  return rest["error"] === "ValidationFailure" ? as(401, {}) : as(status, {});
}

const BROKEN = { error: "DatabaseError", message: "Something went wrong" };
const NO_MEMBER = {
  error: "Identity is not a member of the specified project",
  message: "You are not allowed to access this resource",
};
const CHECK_ID = "Are you sure you are using the correct project ID?";

const isWrongName = (issues: unknown): boolean =>
  Array.isArray(issues) && issues.some(({ path, code }) => path[0] === "name" && code === "invalid_format");

/** It names whole minutes, where there is one. */
function limitText(message: unknown): string {
  const seconds = Number(/(\d+) seconds/.exec(String(message))?.[1] ?? 60);
  return `Rate limit exceeded. Please try again in ${seconds >= 60 ? "1 minute" : `${seconds} seconds`}`;
}
