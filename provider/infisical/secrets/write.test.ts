import { describe, expect, test } from "vitest";
import type { RawRequest } from "../../../test/support/raw-server.ts";
import {
  failure,
  folders,
  ID,
  list,
  notFound,
  type Reply,
  row,
  startScripted,
} from "../../../test/support/scripted-store.ts";
import type { SecretStore } from "../../engine/store.ts";
import { SecretValue } from "../../secret-value.ts";

describe("write", () => {
  const encode = (store: SecretStore) => [
    store.encode("NEW", new SecretValue("canary-new"), false),
    store.encode("OLD", new SecretValue("canary-old"), true),
  ];

  test("is one upsert with keys and values only", async () => {
    const { server, store, sent } = await startScripted({
      "PATCH /api/v4/secrets/batch": list(row("OLD", "x", { version: 4 }), row("NEW", "x")),
    });
    await using _ = server;
    const written = await store.write(encode(store));
    expect(written).toEqual([
      { key: "OLD", id: ID, version: 4 },
      { key: "NEW", id: ID, version: 1 },
    ]);
    expect(sent()).toEqual(["PATCH /api/v4/secrets/batch"]);
    expect(JSON.parse(server.requests[0]?.body ?? "")).toEqual({
      projectId: "p1",
      environment: "dev",
      secretPath: "/app",
      mode: "upsert",
      secrets: [
        { secretKey: "NEW", secretValue: "canary-new" },
        { secretKey: "OLD", secretValue: "canary-old" },
      ],
    });
  });

  test("is split where upsert is answered with 404 although the folder is there", async () => {
    const { server, store, sent } = await startScripted({
      "PATCH /api/v4/secrets/batch": ({ body }) =>
        /NEW|PROBE/.test(body) ? notFound : list(row("OLD", "x", { version: 4 })),
      "GET /api/v2/folders": folders("app"),
      "POST /api/v4/secrets/batch": list(row("NEW", "x")),
    });
    await using _ = server;
    expect(await store.write(encode(store))).toHaveLength(2);
    await store.write(encode(store));
    expect(sent()).toEqual([
      "PATCH /api/v4/secrets/batch",
      "GET /api/v2/folders",
      "PATCH /api/v4/secrets/batch",
      "POST /api/v4/secrets/batch",
      "PATCH /api/v4/secrets/batch",
      "POST /api/v4/secrets/batch",
      "PATCH /api/v4/secrets/batch",
    ]);
  });

  test("is an upsert again after one that found no folder which somebody was just making", async () => {
    let count = 0;
    const { server, store, sent } = await startScripted({
      "PATCH /api/v4/secrets/batch": ({ body }) => {
        if (body.includes("PROBE")) return list();
        return count++ === 0 ? notFound : list(row("OLD", "x", { version: 4 }), row("NEW", "x"));
      },
      "GET /api/v2/folders": folders("app"),
    });
    await using _ = server;
    expect(await store.write(encode(store))).toHaveLength(2);
    expect(await store.write(encode(store))).toHaveLength(2);
    expect(sent()).toEqual([
      "PATCH /api/v4/secrets/batch",
      "GET /api/v2/folders",
      "PATCH /api/v4/secrets/batch",
      "PATCH /api/v4/secrets/batch",
      "PATCH /api/v4/secrets/batch",
    ]);
  });

  test("is no upsert in two halves where something else than a key is not found", async () => {
    const { server, store } = await startScripted({
      "PATCH /api/v4/secrets/batch": ({ body }) => (body.includes("PROBE") ? list() : notFound),
      "GET /api/v2/folders": folders("app"),
      "POST /api/v4/secrets/batch": list(row("NEW", "x")),
    });
    await using _ = server;
    expect(await failure(store.write(encode(store)))).toMatchObject({ code: "secret-not-found" });
    expect(server.requests.filter(({ method }) => method === "POST")).toEqual([]);
  });

  test("of secrets with a tag in common is not taken apart because one of them is gone", async () => {
    const { server, store } = await startScripted({
      "PATCH /api/v3/secrets/batch/raw": ({ body }) =>
        body.includes("GONE") ? notFound : list(row("OLD", "x")),
      "GET /api/v1/folders": folders("app"),
      "GET /api/v3/secrets/raw": list(row("OLD", "x")),
      "GET /api/v1/workspace/p1/tags": [200, { workspaceTags: [{ id: ID, slug: "team" }] }],
    });
    await using _ = server;
    const tags = [{ slug: "team" }];
    await store.makeTags(tags);
    const tagged = (key: string) => store.encode(key, new SecretValue("canary"), true, { tags });
    expect(await failure(store.write([tagged("OLD"), tagged("GONE")]))).toMatchObject({
      code: "secret-not-found",
      message: expect.not.stringContaining("were written"),
    });
    const written = server.requests.filter(({ method }) => method === "PATCH");
    expect(written.filter(({ body }) => !body.includes("GONE"))).toEqual([]);
  });

  test("creates what an upsert has silently skipped", async () => {
    const { server, store } = await startScripted({
      "PATCH /api/v4/secrets/batch": list(row("OLD", "x")),
      "POST /api/v4/secrets/batch": list(row("NEW", "x")),
    });
    await using _ = server;
    expect((await store.write(encode(store))).map(({ key }) => key)).toEqual(["OLD", "NEW"]);
  });

  test("to v3 names the project as v3 does", async () => {
    const { server, store, sent } = await startScripted({
      "POST /api/v3/secrets/batch/raw": list(row("NEW", "x")),
      "PATCH /api/v3/secrets/batch/raw": list(row("OLD", "x")),
      "DELETE /api/v3/secrets/batch/raw": list(row("OLD", "x")),
    });
    await using _ = server;
    await store.write(encode(store));
    await store.remove(["OLD"]);
    expect(sent()).toEqual([
      "PATCH /api/v4/secrets/batch",
      "POST /api/v3/secrets/batch/raw",
      "PATCH /api/v3/secrets/batch/raw",
      "DELETE /api/v3/secrets/batch/raw",
    ]);
    expect(JSON.parse(server.requests[3]?.body ?? "")).toEqual({
      workspaceId: "p1",
      environment: "dev",
      secretPath: "/app",
      secrets: [{ secretKey: "OLD", type: "shared" }],
    });
  });

  test("an approval is not a success", async () => {
    const approval: Reply = [200, { approval: { id: "1", slug: "a1b2c3", status: "open" } }];
    const { server, store } = await startScripted({
      "PATCH /api/v4/secrets/batch": approval,
      "DELETE /api/v4/secrets/batch": approval,
    });
    await using _ = server;
    const error = await failure(store.write(encode(store)));
    expect(error).toMatchObject({ code: "pending-approval", path: "cfg.secretPath" });
    expect(error.message).toContain("a1b2c3");
    expect(await failure(store.remove(["OLD"]))).toMatchObject({ code: "pending-approval" });
  });

  test("a refusal is told in the instance's words, without the values that it echoes", async () => {
    const message = "Secret NEW with value canary-new breaks rule 7";
    const { server, store } = await startScripted({
      "PATCH /api/v4/secrets/batch": [400, { reqId: "req-7", message, error: "BadRequest" }],
    });
    await using _ = server;
    const error = await failure(store.write(encode(store)));
    expect(error).toMatchObject({ code: "rejected", path: "cfg.secretPath" });
    expect(error.message).toContain("Secret NEW with value [secret] breaks rule 7");
  });

  test("a write needs the Member role", async () => {
    const { server, store } = await startScripted({
      "PATCH /api/v4/secrets/batch": [403, { message: "no" }],
    });
    await using _ = server;
    const error = await failure(store.write([store.encode("A", new SecretValue("canary"), false)]));
    expect(error).toMatchObject({ code: "forbidden", path: "cfg.projectId" });
    expect(error.hint).toContain("Member");
  });

  test("500 is told with the size of the request, and an upsert is not repeated after it", async () => {
    const { server, store, sent } = await startScripted({
      "PATCH /api/v4/secrets/batch": [500, { reqId: "req-8", message: "Something went wrong" }],
    });
    await using _ = server;
    const large = store.encode("A", new SecretValue("x".repeat(600_000)), false);
    const error = await failure(store.write([large]));
    expect(error).toMatchObject({ code: "server-error", status: 500 });
    expect(error.hint).toMatch(/6\d{5} bytes/);
    expect(sent()).toHaveLength(1);
  });

  test("413 of a proxy is a rejected body", async () => {
    const { server, store } = await startScripted({ "PATCH /api/v4/secrets/batch": [413, "too large"] });
    await using _ = server;
    const error = await failure(store.write(encode(store)));
    expect(error).toMatchObject({ code: "rejected" });
    expect(error.hint).toContain("client_max_body_size");
  });
});

describe("folders", () => {
  test("v1 makes each level, and those that exist are no error", async () => {
    const routes = {
      "POST /api/v1/folders": (request: RawRequest): Reply =>
        request.body.includes('"name":"a"') ? [400, { message: "exists" }] : [200, { folder: {} }],
    };
    const { server, store } = await startScripted(routes, "/a/b");
    await using _ = server;
    await store.createFolder();
    expect(server.requests.slice(1).map(({ body }) => JSON.parse(body))).toEqual([
      { workspaceId: "p1", environment: "dev", path: "/", name: "a" },
      { workspaceId: "p1", environment: "dev", path: "/a", name: "b" },
    ]);
  });

  test("a name that is refused is told", async () => {
    const { server, store } = await startScripted({
      "POST /api/v2/folders": [422, { message: [{ path: ["name"], message: "Invalid" }] }],
    });
    await using _ = server;
    const error = await failure(store.createFolder());
    expect(error).toMatchObject({ code: "rejected", path: "cfg.secretPath" });
    expect(error.message).toContain("name: Invalid");
  });
});
