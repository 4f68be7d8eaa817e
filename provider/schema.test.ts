import { describe, expect, test } from "vitest";
import { SMALLEST_CONNECTION as connection, SMALLEST_SYNC as sync } from "../test/support/smallest.ts";
import { connectionArgs, instanceUrl, providerConfig, secretSyncArgs, syncOptions } from "./schema.ts";

describe("instance URLs", () => {
  test.each([
    ["https://x.example", "https://x.example"],
    [" https://x.example/ ", "https://x.example"],
    ["https://x.example/api", "https://x.example"],
    ["https://x.example/api//", "https://x.example"],
    ["https://x.example/infisical/api/", "https://x.example/infisical"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["http://[::1]:8080/", "http://[::1]:8080"],
    ["HTTPS://X.Example:443/Path", "https://x.example/Path"],
  ])("%s is %s", (text, url) => {
    expect(instanceUrl.parse(text)).toBe(url);
    expect(instanceUrl.parse(url)).toBe(url);
  });

  test.each([
    ["nope", "must be an http or https URL"],
    ["https://", "must be an http or https URL"],
    ["http://a b", "must be an http or https URL"],
    ["ftp://x.example", "must be an http or https URL"],
    ["file:///etc/passwd", "must be an http or https URL"],
    ["https://user:canary@x.example", "must not carry credentials, a query or a fragment"],
    ["https://x.example?a=1", "must not carry credentials, a query or a fragment"],
    ["https://x.example/?", "must not carry credentials, a query or a fragment"],
    ["https://x.example/#", "must not carry credentials, a query or a fragment"],
  ])("%s is refused with a reason, and not shown", (text, message) => {
    const parsed = instanceUrl.safeParse(text);
    expect(parsed.error?.issues.map((issue) => issue.message)).toEqual([message]);
    expect(JSON.stringify(parsed.error)).not.toContain("canary");
  });

  test("too long a text is refused, however it reads", () => {
    expect(instanceUrl.safeParse("x".repeat(513)).success).toBe(false);
    expect(instanceUrl.safeParse("").success).toBe(false);
  });
});

describe("a connection", () => {
  test("needs name, URL and client id; the rest has defaults", () => {
    expect(connectionArgs.parse(connection)).toEqual({
      ...connection,
      allowInsecureHttp: false,
      execution: "engine",
      adopt: false,
    });
  });
  test.each([
    ["name", "Prod"],
    ["name", "a--b"],
    ["name", "-a"],
    ["name", "a".repeat(65)],
    ["description", "d".repeat(257)],
    ["machineIdentityClientId", "not-a-uuid"],
    ["machineIdentityClientSecret", "  "],
    ["instanceUrl", "nope"],
  ])("%s: %j is refused", (name, value) => {
    const parsed = connectionArgs.safeParse({ ...connection, [name]: value });
    expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toEqual([name]);
  });
});

describe("a sync", () => {
  test("has the product's defaults", () => {
    expect(secretSyncArgs.parse(sync)).toMatchObject({
      ...sync,
      syncOptions: {
        initialSyncBehavior: "overwrite-destination",
        disableSecretDeletion: false,
        references: "expand",
        unresolvedReferences: "push",
        ownershipMark: false,
        onFailure: "keep",
        allowEmptySource: false,
        allowPartialRead: false,
        allowImportedReferences: false,
        allowSameProjectId: false,
      },
      isAutoSyncEnabled: true,
      removeSecretsOnDelete: false,
      onDestinationChange: "keep",
      adopt: false,
      waitForSync: true,
      waitTimeoutSeconds: 600,
    });
  });
  test.each([
    ["/app/", "/app"],
    ["/", "/"],
    [" /a/b ", "/a/b"],
  ])("path %j is %j", (given, path) => {
    expect(secretSyncArgs.parse({ ...sync, secretPath: given }).secretPath).toBe(path);
  });
  test("all problems are told at once, each where it is", () => {
    const parsed = secretSyncArgs.safeParse({
      ...sync,
      secretPath: "app",
      environment: "Prod",
      destinationConfig: { projectId: "", environment: "prod", secretPath: "" },
      syncOptions: {},
    });
    expect(new Set(parsed.error?.issues.map((issue) => issue.path.join(".")))).toEqual(
      new Set([
        "environment",
        "secretPath",
        "destinationConfig.projectId",
        "destinationConfig.secretPath",
        "syncOptions.initialSyncBehavior",
      ]),
    );
  });
  test.each([
    [0, true],
    [12, true],
    ["0%", true],
    ["100%", true],
    [-1, false],
    [1.5, false],
    ["101%", false],
    ["10", false],
    ["1.5%", false],
    ["-1%", false],
  ])("maxDeletes %j: %s", (maxDeletes, valid) => {
    expect(syncOptions.safeParse({ ...sync.syncOptions, maxDeletes }).success).toBe(valid);
  });
});

test("the source instance is Infisical's own unless named", () => {
  expect(providerConfig.parse({})).toEqual({
    host: "https://app.infisical.com",
    connectionSecrets: {},
    allowInsecureHttp: false,
  });
});
