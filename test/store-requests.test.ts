/** Which requests the HTTP store sends, and what it makes of an instance in trouble. */
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Fault, type InfisicalServer, startInfisicalServer } from "../infisical-server/index.ts";
import type { ListOptions, SecretStore } from "../provider/engine/store.ts";
import { type BridgeError, describeError } from "../provider/errors.ts";
import { createStore } from "../provider/infisical/secrets/store.ts";
import { SecretValue } from "../provider/secret-value.ts";
import { valuesOf, write } from "./support/store-conformance.ts";
import { ARGUMENT_NAMES, clientFor, makeSubject } from "./support/store-subject.ts";

const RAW: ListOptions = { values: true, expand: false, imports: false };
const LIST = "/api/v4/secrets";
const BATCH = "/api/v4/secrets/batch";

let server: InfisicalServer;
beforeAll(async () => {
  server = await startInfisicalServer();
});
afterEach(() => {
  server.clearFaults();
  server.clearRequests();
});
afterAll(() => server.close());

/** Method, path and status of what came in, without the logins. */
const seen = () =>
  server.requests
    .filter(({ path }) => !path.endsWith("/login"))
    .map(({ method, path, status }) => `${method} ${path} ${status}`);
const logins = () => server.requests.filter(({ path }) => path.endsWith("/login")).length;

async function failure(promise: Promise<unknown>): Promise<BridgeError> {
  const error = await promise.then(
    () => expect.fail("it succeeded"),
    (reason) => reason,
  );
  const shown = inspect(error, { depth: 9, showHidden: true }) + describeError(error) + JSON.stringify(error);
  expect(shown).not.toContain("canary");
  return error;
}

describe("requests", () => {
  test("a list is one request after the login, and 304 while nothing changes", async () => {
    await using subject = await makeSubject(server, { secrets: { A: "1" } });
    const first = await subject.store.list(RAW);
    expect(await subject.store.list(RAW)).toBe(first);
    await subject.put({ B: "2" });
    expect(valuesOf(await subject.store.list(RAW))).toEqual({ A: "1", B: "2" });
    expect(seen()).toEqual([`GET ${LIST} 200`, `GET ${LIST} 304`, `GET ${LIST} 200`]);
    expect(logins()).toBe(1);
  });

  test("an empty or missing folder costs one request more", async () => {
    await using empty = await makeSubject(server, { secretPath: "/app" });
    await empty.store.list(RAW);
    await using missing = await makeSubject(server, { secretPath: "/app", folderExists: false });
    await missing.store.list(RAW);
    const folders = "GET /api/v2/folders 200";
    expect(seen()).toEqual([`GET ${LIST} 200`, folders, `GET ${LIST} 404`, folders]);
  });

  test("a project is asked for once, however many of its places are looked at", async () => {
    await using subject = await makeSubject(server);
    const { client, place, store } = subject;
    const other = createStore(client, { ...place, secretPath: "/other" }, ARGUMENT_NAMES);
    const asked = await Promise.all([store.facts(), other.facts()]);
    expect([...asked, await other.facts()]).toEqual(Array(3).fill(asked[0]));
    expect(asked[0]?.type).toBe("secret-manager");
    expect(seen()).toEqual([`GET /api/v1/projects/${place.projectId} 200`]);
  });

  test("the name of a project is worth one request, for which what is known of it will do, and no repetition", async () => {
    await using subject = await makeSubject(server);
    const { store, place } = subject;
    server.fault({ kind: "status", status: 503, path: /projects/, times: 5 });
    expect([await store.projectName(), await store.projectName()]).toEqual([undefined, undefined]);
    server.clearFaults();
    const path = `GET /api/v1/projects/${place.projectId}`;
    expect(await store.facts()).toMatchObject({ type: "secret-manager" });
    expect(seen()).toEqual([`${path} 503`, `${path} 200`]);
    await using other = await makeSubject(server);
    server.clearRequests();
    const { name } = await other.store.facts();
    expect(await other.store.projectName()).toBe(name);
    expect(seen()).toEqual([`GET /api/v1/projects/${other.place.projectId} 200`]);
  });

  test("a project is asked for again after the instance has failed at it", async () => {
    await using subject = await makeSubject(server);
    const { store } = subject;
    server.fault({ kind: "status", status: 500, path: /projects/, times: 5 });
    expect(await failure(store.facts())).toMatchObject({ code: "server-error" });
    expect(await store.facts()).toMatchObject({ type: "secret-manager" });
  });

  test("10,000 small secrets are written by twenty requests", async () => {
    await using subject = await makeSubject(server);
    const { store } = subject;
    const secrets = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`KEY_${index}`, "v"]));
    const entries = Object.entries(secrets);
    for (let from = 0; from < entries.length; from += store.limits.items) {
      await write(store, Object.fromEntries(entries.slice(from, from + store.limits.items)));
    }
    expect(seen()).toEqual(Array(20).fill(`PATCH ${BATCH} 200`));
    expect(server.requests.filter(({ items }) => items === 500)).toHaveLength(20);
    expect(Object.keys(await subject.read())).toHaveLength(10_000);
  });

  test("a write as large as the limits stays under 1 MiB, whatever the place is called", async () => {
    await using subject = await makeSubject(server, { secretPath: `/${"folder-".repeat(50)}` });
    const { store } = subject;
    const overhead = store.encode("KEY", new SecretValue(""), false).bytes;
    await write(store, { KEY: "v".repeat(store.limits.bytes - overhead) });
    const [request] = server.requests.filter(({ path }) => path === BATCH);
    expect(request).toMatchObject({ status: 200, items: 1 });
    expect(request?.bytesIn).toBeLessThan(1_048_576);
  });

  test("a name with more than 100 characters is looked for in a list without values", async () => {
    await using subject = await makeSubject(server, { secrets: { A: "1" } });
    expect(await subject.store.probe("K".repeat(100))).toBe("missing");
    expect(await subject.store.probe("K".repeat(101))).toBe("missing");
    expect(seen()).toEqual([`GET ${LIST}/${"K".repeat(100)} 404`, `GET ${LIST} 200`]);
    expect(server.requests.at(-1)?.query).toMatchObject({ viewSecretValue: "false" });
  });
});

describe("an instance in trouble", () => {
  const secrets = { A: "canary-old" };

  test.each<[string, Fault]>([
    ["429", { kind: "status", status: 429, retryAfterSeconds: 2, path: LIST, times: 4 }],
    ["503", { kind: "status", status: 503, path: LIST, times: 4 }],
    ["500", { kind: "status", status: 500, path: LIST, times: 2 }],
    ["a dropped connection", { kind: "drop-before", path: LIST, times: 4 }],
    ["a truncated answer", { kind: "truncate", path: LIST, times: 4 }],
    ["expired tokens", { kind: "expire-tokens", path: LIST }],
  ])("a list gets over %s", async (_name, fault) => {
    await using subject = await makeSubject(server, { secrets });
    server.fault(fault);
    expect(valuesOf(await subject.store.list(RAW))).toEqual(secrets);
  });

  test.each<[string, Fault]>([
    ["429", { kind: "status", status: 429, path: BATCH, times: 4 }],
    ["502", { kind: "status", status: 502, path: BATCH, times: 4 }],
    ["a connection dropped before", { kind: "drop-before", path: BATCH, times: 4 }],
    ["a connection dropped after it was done", { kind: "drop-after", path: BATCH, times: 4 }],
    ["expired tokens", { kind: "expire-tokens", path: BATCH }],
  ])("an upsert gets over %s", async (_name, fault) => {
    await using subject = await makeSubject(server, { secrets });
    server.fault(fault);
    const written = await write(subject.store, { A: "canary-new", B: "canary-b" }, ["A"]);
    expect(written.map(({ key }) => key).toSorted()).toEqual(["A", "B"]);
    expect(await subject.read()).toEqual({ A: "canary-new", B: "canary-b" });
  });

  test("a delete with an unknown outcome is not repeated", async () => {
    await using subject = await makeSubject(server, { secrets });
    server.fault({ kind: "drop-after", method: "DELETE" });
    expect(await failure(subject.store.remove(["A"]))).toMatchObject({ code: "unreachable" });
    expect(seen()).toEqual([`DELETE ${BATCH} 0`]);
    expect(await subject.read()).toEqual({});
  });

  test("hidden values are marked", async () => {
    await using subject = await makeSubject(server, { secrets });
    server.fault({ kind: "hide-values", path: LIST });
    expect((await subject.store.list(RAW)).secrets).toMatchObject([{ key: "A", isHidden: true }]);
  });

  test.each<[string, Fault, string]>([
    ["an approval", { kind: "approval", path: BATCH }, "pending-approval"],
    [
      "a redirect",
      { kind: "redirect", path: BATCH, location: "https://sso.example/?x=canary" },
      "not-infisical",
    ],
    [
      "HTML",
      { kind: "status", path: BATCH, status: 200, body: "<html>", contentType: "text/html" },
      "not-infisical",
    ],
    ["500", { kind: "status", path: BATCH, status: 500 }, "server-error"],
    ["429 for ever", { kind: "status", path: BATCH, status: 429, times: 5 }, "rate-limited"],
    [
      "a refusal that echoes",
      { kind: "status", path: BATCH, status: 400, body: { message: "no canary-new" } },
      "rejected",
    ],
  ])("a write that meets %s fails, and tells no value", async (_name, fault, code) => {
    await using subject = await makeSubject(server, { secrets });
    server.fault(fault);
    expect(await failure(write(subject.store, { A: "canary-new" }, ["A"]))).toMatchObject({ code });
    expect(await subject.read()).toEqual(secrets);
  });
});

describe("rights and names", () => {
  const at = (subject: { place: SecretStore["place"] }, role: "viewer" | "describe-only" | "no-access") => {
    const { projectId } = subject.place;
    const identity = server.createIdentity({ memberships: [{ projectId, role }] });
    return createStore(clientFor(server, identity), subject.place, ARGUMENT_NAMES);
  };

  test("a viewer may not write, and is told what it takes", async () => {
    await using subject = await makeSubject(server, { secrets: { A: "1" } });
    const error = await failure(write(at(subject, "viewer"), { A: "canary-new" }));
    expect(error).toMatchObject({ code: "forbidden", path: ARGUMENT_NAMES.projectId, status: 403 });
    expect(error.message).toMatch(/"edit" on "secrets"/);
    expect(error.hint).toContain("Member");
  });

  test("who may only describe sees hidden values; who may do nothing sees nothing", async () => {
    await using subject = await makeSubject(server, { secrets: { A: "1" } });
    expect((await at(subject, "describe-only").list(RAW)).secrets).toMatchObject([
      { key: "A", isHidden: true },
    ]);
    expect(await at(subject, "describe-only").probe("A")).toBe("found");
    expect(await failure(at(subject, "no-access").list(RAW))).toMatchObject({ code: "forbidden" });
    expect(await at(subject, "no-access").probe("A")).toBe("forbidden");
  });

  test("a reference to what may not be read fails the list, and the hint says why", async () => {
    await using subject = await makeSubject(server, { secrets: { URL: "${prod.PASSWORD}" } });
    const { projectId } = subject.place;
    server.putSecrets({ projectId, environment: "prod" }, { PASSWORD: "canary-password" });
    const paths = [{ environment: "prod", secretPath: "/", role: "no-access" as const }];
    const identity = server.createIdentity({ memberships: [{ projectId, role: "viewer", paths }] });
    const store = createStore(clientFor(server, identity), subject.place, ARGUMENT_NAMES);
    expect(valuesOf(await store.list(RAW))).toEqual({ URL: "${prod.PASSWORD}" });
    const error = await failure(store.list({ ...RAW, expand: true }));
    expect(error).toMatchObject({ code: "forbidden" });
    expect(error.hint).toContain("references are expanded");
  });

  test("unknown project and environment are told apart, for reads and writes", async () => {
    await using subject = await makeSubject(server);
    const elsewhere = (change: object) =>
      createStore(subject.client, { ...subject.place, ...change }, ARGUMENT_NAMES);
    const noProject = elsewhere({ projectId: "3f0a5f55-13a3-4d0c-9a3e-0d8f3d9a1a11" });
    const noEnvironment = elsewhere({ environment: "qa" });
    for (const attempt of [
      (store: SecretStore) => store.list(RAW),
      (store: SecretStore) => write(store, { A: "1" }),
    ]) {
      expect(await failure(attempt(noProject))).toMatchObject({
        code: "project-not-found",
        path: ARGUMENT_NAMES.projectId,
      });
      expect(await failure(attempt(noEnvironment))).toMatchObject({
        code: "environment-not-found",
        path: ARGUMENT_NAMES.environment,
        hint: "Its environments are: dev, staging, prod.",
      });
    }
    expect(await failure(noEnvironment.createFolder().then(() => noEnvironment.list(RAW)))).toMatchObject({
      code: "environment-not-found",
    });
  });

  test("a wrong client secret is tried once, however often it is needed", async () => {
    await using subject = await makeSubject(server);
    await using client = clientFor(server, { ...subject.identity, clientSecret: "canary-wrong" });
    const store = createStore(client, subject.place, ARGUMENT_NAMES);
    const attempts = [store.list(RAW), store.facts(), client.login()];
    for (const attempt of attempts) {
      expect(await failure(attempt)).toMatchObject({
        code: "authentication",
        path: "machineIdentityClientSecret",
        status: 401,
      });
    }
    expect(await failure(store.probe("A"))).toMatchObject({ code: "authentication" });
    expect(logins()).toBe(1);
  });

  test("the organization of the identity is known", async () => {
    await using subject = await makeSubject(server);
    expect(await subject.client.organization()).toMatchObject({ id: server.organizationId });
  });

  test("a project that wants capitals says so", async () => {
    const { id } = server.createProject({ autoCapitalization: true, type: "secret-manager" });
    const identity = server.createIdentity({ memberships: [{ projectId: id, role: "viewer" }] });
    const place = { origin: server.url, projectId: id, environment: "dev", secretPath: "/" };
    const store = createStore(clientFor(server, identity), place, ARGUMENT_NAMES);
    expect(await store.facts()).toMatchObject({ type: "secret-manager", autoCapitalization: true });
  });
});
