// The public backend of 2024-10-22 as it answers (contract §20, read off running ones).
import { ApiError, forbidden } from "../http/errors.ts";
import { newest } from "./newest.ts";
import { answer, error } from "./october-2024-answers.ts";
import { importsOf } from "./october-2024-imports.ts";
import { createExpander } from "./october-2024-references.ts";
import type { Revision, RouteName } from "./revision.ts";

const SECRETS = /\/api\/v3\/secrets\//;

export const october2024: Revision = {
  ...newest,
  lacks: [
    /^\/api\/v4\//,
    /^\/api\/v2\/(folders|secret-imports)/,
    /^\/api\/v1\/(projects|events|app-connections|secret-syncs)/,
    /^\/api\/v3\/secrets\/raw\/id\//,
    /^\/api\/v1\/auth\/jwt-auth\//,
  ],
  refuses: new Map([
    ["GET /api/v1/workspace", () => forbidden("You are not allowed to access this resource")],
    // It takes the word for the id of an identity.
    ["GET /api/v1/identities/details", () => new ApiError(500, "DatabaseError", "Something went wrong")],
  ]),
  unknownFields: [
    { routes: SECRETS, query: ["viewSecretValue", "version", "metadataFilter"] },
    { routes: SECRETS, body: ["mode", "secretMetadata"], items: ["secretPath", "secretMetadata"] },
    { routes: /-auth\/login$/, body: ["organizationSlug"] },
    { routes: /\/api\/v1\/folders/, query: ["recursive", "lastSecretModified"], body: ["description"] },
  ],
  requiredFields: [
    { routes: /^(POST|PATCH|DELETE) \/api\/v3\/secrets\/raw\//, body: ["workspaceId"] },
    { routes: /^PATCH \/api\/v3\/secrets\/raw\//, body: ["secretValue"] },
    { routes: /^PATCH \/api\/v3\/secrets\/batch\//, items: ["secretValue"] },
  ],
  readPath,
  answer,
  error,
  missingFolderList: "empty",
  // Where it groups secrets by their keys, in plain objects.
  refuseKey: (key) =>
    key in {} ? new ApiError(500, "InternalServerError", "Something went wrong") : undefined,
  hasUniqueKeys: false,
  takesRepeatedTags: false,
  checksRightsFirst: true,
  enforcesCapitalization: false,
  autoCapitalization: true,
  takesAnyImport: true,
  createExpander,
  importsOf,
  login: {
    locksOut: false,
    tellsUnknownClients: true,
    tellsOrganization: false,
    answersTokenFaults: false,
    isOneAlone: true,
  },
  limitsPerRoute: true,
  withoutEventSubscriptions: true,
  withoutExternalInfisical: true,
};

/** A new folder's path is put together anew; in all others a second slash at the end is all that may be too many. */
function readPath(path: string, route: RouteName): string {
  return route === "POST /api/v1/folders" ? path.replace(/\/{2,}/g, "/") : path.replace(/(.)\/\/$/, "$1/");
}
