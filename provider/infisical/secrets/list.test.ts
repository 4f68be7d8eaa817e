import { describe, expect, test } from "vitest";
import { sendJson, startRawServer } from "../../../test/support/raw-server.ts";
import {
  failure,
  folders,
  ID,
  list,
  NAMES,
  notFound,
  project,
  RAW,
  type Reply,
  row,
  startScripted,
} from "../../../test/support/scripted-store.ts";
import { SecretValue } from "../../secret-value.ts";
import { createClient } from "../http/client.ts";
import { createStore } from "./store.ts";

describe("list", () => {
  test("sends every flag", async () => {
    const { server, store } = await startScripted({ "GET /api/v4/secrets": list(row("A", "1")) });
    await using _ = server;
    await store.list({ values: true, expand: true, imports: false });
    const query = new URLSearchParams(server.requests[0]?.path.split("?")[1]);
    expect(Object.fromEntries(query)).toEqual({
      projectId: "p1",
      environment: "dev",
      secretPath: "/app",
      viewSecretValue: "true",
      expandSecretReferences: "true",
      recursive: "false",
      includeImports: "false",
      include_imports: "false",
      includePersonalOverrides: "false",
    });
  });

  test("hidden values are marked, by the flag or by the literal", async () => {
    const { server, store } = await startScripted({
      "GET /api/v4/secrets": list(
        row("A", "<hidden-by-infisical>"),
        row("B", "x", { secretValueHidden: true }),
        row("C", "x", { secretValueHidden: false }),
        row("D", "<hidden-by-infisical>\n"),
      ),
    });
    await using _ = server;
    const { secrets } = await store.list(RAW);
    expect(secrets.map(({ isHidden }) => isHidden)).toEqual([true, true, false, true]);
  });

  test.each([
    ["project", { workspace: "p2" }],
    ["environment", { environment: "prod" }],
    ["folder", { secretPath: "/other" }],
    ["folder beneath, where none was asked for", { secretPath: "/app/beneath" }],
  ])("rows of another %s are not taken for those of this place", async (_, told) => {
    const here = { workspace: "p1", environment: "dev", secretPath: "/app" };
    const { server, store } = await startScripted({
      "GET /api/v4/secrets": list(row("A", "a", here), row("B", "b", { ...here, ...told })),
    });
    await using _server = server;
    await expect(store.list(RAW)).rejects.toMatchObject({
      code: "not-infisical",
      message: expect.stringContaining('"B" came as one of another place'),
    });
  });

  test("rotated secrets are told from others", async () => {
    const { server, store } = await startScripted({
      "GET /api/v4/secrets": list(
        row("A", "a", { isRotatedSecret: true, rotationId: ID }),
        row("B", "b", { isRotatedSecret: false, rotationId: null }),
        row("C", "c"),
      ),
    });
    await using _ = server;
    const { secrets } = await store.list(RAW);
    expect(secrets.map(({ isRotated }) => isRotated)).toEqual([true, undefined, undefined]);
  });

  test("v3 is used where v4 is missing, asked for once, and its personal rows are dropped", async () => {
    const { server, store, sent } = await startScripted({
      "GET /api/v3/secrets/raw": [
        200,
        {
          secrets: [
            { _id: ID, secretKey: "A", secretValue: "1", version: 2, type: "shared" },
            row("A", "mine", { type: "personal" }),
          ],
          imports: [{ secrets: [row("B", "2")] }],
        },
      ],
    });
    await using _ = server;
    const listing = await store.list({ values: true, expand: false, imports: true });
    expect(listing.secrets).toMatchObject([{ key: "A", id: ID, version: 2 }]);
    expect(listing.imports).toMatchObject([[{ key: "B" }]]);
    await store.list(RAW);
    expect(sent()).toEqual(["GET /api/v4/secrets", "GET /api/v3/secrets/raw", "GET /api/v3/secrets/raw"]);
    expect(server.requests[1]?.path).toContain("workspaceId=p1");
    expect(server.requests[1]?.path).toContain("include_imports=true");
  });

  test("an instance with neither API is not an Infisical", async () => {
    const { server, store } = await startScripted({});
    await using _ = server;
    expect(await failure(store.list(RAW))).toMatchObject({ code: "not-infisical", path: "url" });
  });

  test("the ETag is sent back, and 304 is the listing of before", async () => {
    const { server, store } = await startScripted({
      "GET /api/v4/secrets": ({ headers }) =>
        headers["if-none-match"] === '"e1"'
          ? [304, ""]
          : [200, { secrets: [row("A", "1")] }, { etag: '"e1"' }],
    });
    await using _ = server;
    const first = await store.list(RAW);
    expect(await store.list(RAW)).toBe(first);
    await store.list({ ...RAW, values: false });
    expect(server.requests.map(({ headers }) => headers["if-none-match"])).toEqual([
      undefined,
      '"e1"',
      undefined,
    ]);
  });

  test("equal lists at the same time are one request; a cached one is none", async () => {
    const { server, store, sent } = await startScripted({ "GET /api/v4/secrets": list(row("A", "1")) });
    await using _ = server;
    await Promise.all([store.list(RAW), store.list(RAW), store.list({ ...RAW, acceptCached: true })]);
    await store.list({ ...RAW, acceptCached: true });
    expect(sent()).toHaveLength(1);
  });

  test("a list that a write overtook is not remembered", async () => {
    const held = Promise.withResolvers<void>();
    const server = await startRawServer(async ({ method }, response, count) => {
      if (count === 1) await held.promise;
      sendJson(response, 200, { secrets: [row("A", count === 1 ? "old" : "new")] });
      if (method === "PATCH") held.resolve();
    });
    await using _ = server;
    const client = createClient({
      origin: server.url,
      login: { method: "token", token: new SecretValue("canary-token") },
      allowInsecureHttp: false,
      argumentNames: { url: "url", credentials: "credentials" },
    });
    const place = { origin: server.url, projectId: "p1", environment: "dev", secretPath: "/app" };
    const store = createStore(client, place, NAMES);
    const early = store.list(RAW);
    await store.write([store.encode("A", new SecretValue("new"), true)]);
    await early;
    const { secrets } = await store.list({ ...RAW, acceptCached: true });
    expect(secrets[0]?.value.reveal()).toBe("new");
  });

  test("a value that is missing is no empty value", async () => {
    const { server, store } = await startScripted({
      "GET /api/v4/secrets": list({ id: ID, secretKey: "A", version: 1 }),
    });
    await using _ = server;
    expect(await failure(store.list(RAW))).toMatchObject({ code: "not-infisical" });
    expect(await store.list({ ...RAW, values: false })).toMatchObject({ secrets: [{ isHidden: true }] });
  });
});

describe("a list that finds nothing", () => {
  test.each<[string, Reply]>([
    ["empty", list()],
    ["404", notFound],
  ])("folder missing (%s)", async (_name, answer) => {
    const { server, store, sent } = await startScripted({
      "GET /api/v4/secrets": answer,
      "GET /api/v2/folders": folders("other"),
    });
    await using _ = server;
    expect(await store.list(RAW)).toEqual({ folderExists: false, secrets: [], imports: [] });
    expect(sent()).toEqual(["GET /api/v4/secrets", "GET /api/v2/folders"]);
    expect(server.requests[1]?.path).toMatch(/&path=%2F$/);
  });

  test("folder there, but empty; v1 folders on old instances", async () => {
    const { server, store } = await startScripted({
      "GET /api/v4/secrets": list(),
      "GET /api/v1/folders": folders("app"),
    });
    await using _ = server;
    expect(await store.list(RAW)).toMatchObject({ folderExists: true });
  });

  test("an empty answer is never taken for granted: the folder may be gone since", async () => {
    let names = ["app"];
    const { server, store } = await startScripted({
      "GET /api/v4/secrets": [200, { secrets: [] }, { etag: '"same"' }],
      "GET /api/v2/folders": () => folders(...names),
    });
    await using _ = server;
    expect(await store.list(RAW)).toMatchObject({ folderExists: true });
    names = [];
    expect(await store.list(RAW)).toMatchObject({ folderExists: false });
  });

  test("unknown environment: the ones that exist are named", async () => {
    const { server, store } = await startScripted({
      "GET /api/v4/secrets": list(),
      "GET /api/v2/folders": notFound,
      "GET /api/v1/projects/p1": project("prod", "staging"),
    });
    await using _ = server;
    const error = await failure(store.list(RAW));
    expect(error).toMatchObject({ code: "environment-not-found", path: "cfg.environment" });
    expect(error.message).toContain('"dev"');
    expect(error.hint).toContain("prod, staging");
  });

  test("unknown project, also at the root", async () => {
    const routes = {
      "GET /api/v4/secrets": list(),
      "GET /api/v2/folders": notFound,
      "GET /api/v1/projects/p1": notFound,
    };
    const { server, store, sent } = await startScripted(routes, "/");
    await using _ = server;
    const error = await failure(store.list(RAW));
    expect(error).toMatchObject({ code: "project-not-found", path: "cfg.projectId", requestId: "req-1" });
    expect(sent()).toHaveLength(3);
  });

  test("the project may not be readable: then it is the environment that is doubted", async () => {
    const { server, store } = await startScripted({
      "GET /api/v4/secrets": notFound,
      "GET /api/v2/folders": notFound,
      "GET /api/v1/projects/p1": [403, { message: "no" }],
    });
    await using _ = server;
    expect(await failure(store.list(RAW))).toMatchObject({ code: "environment-not-found" });
  });
});

describe("403", () => {
  const details = [{ action: "readValue", subject: "secrets", conditions: { environment: "prod" } }];

  test("names the right that is missing", async () => {
    const { server, store } = await startScripted({
      "GET /api/v4/secrets": [
        403,
        { reqId: "req-2", message: "Not allowed", error: "PermissionDenied", details },
      ],
    });
    await using _ = server;
    const error = await failure(store.list(RAW));
    expect(error).toMatchObject({ code: "forbidden", path: "cfg.projectId", status: 403 });
    expect(error.message).toContain('"readValue" on "secrets" where {"environment":"prod"}');
    expect(error.message).toContain("req-2");
    expect(error.hint).not.toContain("references");
  });

  test("while expanding, it may be the target of a reference", async () => {
    const { server, store } = await startScripted({
      "GET /api/v4/secrets": [403, { message: "Not allowed" }],
    });
    await using _ = server;
    const error = await failure(store.list({ ...RAW, expand: true }));
    expect(error.hint).toContain("references are expanded");
  });
});
