import { expect, test } from "vitest";
import { rateClassOf } from "./rate-class.ts";

const CASES: [request: string, expected: ReturnType<typeof rateClassOf>][] = [
  ["GET /api/v4/secrets?projectId=a", "secret"],
  ["GET /api/v3/secrets/raw/KEY", "secret"],
  ["PATCH /api/v4/secrets/batch", "secret"],
  ["POST /api/v4/secrets/move", "secret"],
  ["POST /api/v2/folders", "secret"],
  ["PATCH /api/v1/folders/batch", "secret"],
  ["DELETE /api/v2/secret-imports/id", "secret"],
  ["GET /api/v2/folders?projectId=a", "read"],
  ["GET /api/v2/secret-imports", "read"],
  ["GET /api/v1/projects/id", "read"],
  ["HEAD /api/v1/projects/id", "read"],
  ["GET /api/v1/projects/id/environment-folder-tree", "read"],
  ["POST /api/v1/projects/search", "read"],
  ["POST /api/v1/events/subscribe/project-events", "read"],
  ["POST /api/v1/auth/universal-auth/login", "write"],
  ["POST /api/v1/auth/universal-auth/login/", "write"],
  ["POST /api/v1/auth/token/renew", "write"],
  ["POST /api/v1/projects/id/environments", "write"],
  ["DELETE /api/v1/projects/id", "write"],
  ["POST /api/v1/projects", "projectCreation"],
  ["POST /api/v2/workspace/", "projectCreation"],
  ["POST /api/v1/identities", "identityCreation"],
  ["PATCH /api/v1/identities/id", "write"],
  ["GET /api/v1/app-connections/external-infisical", "read"],
  ["GET /api/v1/app-connections/external-infisical/id/projects", "read"],
  ["POST /api/v1/app-connections/external-infisical", "write"],
  ["PATCH /api/v1/app-connections/external-infisical/id", "write"],
  ["GET /api/v1/secret-syncs?projectId=a", "read"],
  ["POST /api/v1/secret-syncs/external-infisical/id/sync-secrets", "write"],
  ["POST /api/v1/secret-syncs/external-infisical/check-destination", "read"],
  ["GET /api/status", undefined],
];

test.each(CASES)("%s counts as %s", (request, expected) => {
  const [method = "", url = ""] = request.split(" ");
  expect(rateClassOf(method, url)).toBe(expected);
});
