// What our side makes of an instance of October 2024 (contract §20): the right words, nothing sent again in vain, and
// nothing written after doubt.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type InfisicalServer, startInfisicalServer } from "../infisical-server/index.ts";
import { createClient } from "../provider/infisical/http/client.ts";
import { withoutValue } from "../provider/infisical/http/encode.ts";
import { createStore } from "../provider/infisical/secrets/store.ts";
import { SecretValue } from "../provider/secret-value.ts";
import { directRuns } from "./drivers/direct.ts";
import { startNativeWorld } from "./native/provider-calls.ts";
import { overwrite } from "./ownership/destination.ts";
import { write } from "./support/store-conformance.ts";
import { ARGUMENT_NAMES, clientFor, makeSubject } from "./support/store-subject.ts";
import { startWorld } from "./support/world.ts";

const OLD = { profile: "2024-10" } as const;
const RAW = { values: true, expand: false, imports: false };
const BATCH = "/api/v3/secrets/batch/raw";

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail("It did not fail"),
    (error) => error as Error & { code: string; hint: string },
  );

describe("the store", () => {
  let server: InfisicalServer;
  beforeAll(async () => {
    server = await startInfisicalServer(OLD);
  });
  afterAll(() => server.close());
  afterEach(() => server.clearRequests());

  const sent = () => server.requests.map(({ method, path }) => `${method} ${path}`);

  test("what a schema refuses with 401 is told as refused, and nobody logs in again", async () => {
    await using subject = await makeSubject(server, { secrets: { A: "1" } });
    await subject.store.list(RAW);
    server.clearRequests();
    const metadata = [{ key: "k", value: "v", isEncrypted: false }];
    const error = await failureOf(
      subject.store.annotate([
        withoutValue(subject.store.encode("A", new SecretValue("1"), true, { metadata })),
      ]),
    );
    expect(error).toMatchObject({ code: "rejected" });
    expect(error.message).toContain("secrets.0.secretValue: Required");
    expect(sent()).toEqual(["PATCH /api/v4/secrets/batch", `PATCH ${BATCH}`]);
  });

  test.each(["00000000-0000-4000-8000-000000000000", "no-id"])(
    "an unknown project (%s) is told as such",
    async (projectId) => {
      await using subject = await makeSubject(server);
      const place = { ...subject.place, projectId };
      const error = await failureOf(createStore(subject.client, place, ARGUMENT_NAMES).list(RAW));
      expect(error).toMatchObject({ code: "project-not-found", path: "destinationConfig.projectId" });
      expect(error.message).toContain(`there is no project "${projectId}"`);
      expect(sent().filter((one) => one.includes("/workspace/"))).toEqual([]);
    },
  );

  test("an unknown environment is told with those that there are, and another's project as forbidden", async () => {
    await using subject = await makeSubject(server);
    const elsewhere = { ...subject.place, environment: "nowhere" };
    const error = await failureOf(createStore(subject.client, elsewhere, ARGUMENT_NAMES).list(RAW));
    expect(error).toMatchObject({
      code: "environment-not-found",
      hint: expect.stringContaining("dev, staging"),
    });
    await using stranger = clientFor(server, server.createIdentity());
    const refused = await failureOf(createStore(stranger, subject.place, ARGUMENT_NAMES).list(RAW));
    expect(refused).toMatchObject({ code: "forbidden" });
  });

  test("keys that are there twice are counted and named, with the way out, which works", async () => {
    await using subject = await makeSubject(server, { secrets: { GOOD: "1" } });
    const { store, place, client } = subject;
    await store.list(RAW);
    const twice = (key: string) => [1, 2].map((value) => ({ secretKey: key, secretValue: `${value}` }));
    const body = { workspaceId: place.projectId, environment: place.environment, secretPath: "/" };
    const call = (method: "POST" | "DELETE", route: string, more: object) =>
      client.call({
        method,
        route,
        body: JSON.stringify({ ...body, ...more }),
        answer: { safeParse: (data: unknown) => ({ success: true, data }) } as never,
        repeat: "unacted",
        what: "act as somebody else",
      });
    await call("POST", BATCH, { secrets: [...twice("A"), ...twice("B")] });
    const error = await failureOf(store.list(RAW));
    expect(error).toMatchObject({ code: "duplicate-keys", path: "destinationConfig.secretPath" });
    expect(error.message).toContain('2 keys are there more than once: "A", "B"');
    expect(error.hint).toContain("DELETE /api/v3/secrets/raw/KEY");
    for (const key of ["A", "B"]) await call("DELETE", `/api/v3/secrets/raw/${key}`, {});
    expect((await store.list(RAW)).secrets.map(({ key }) => key)).toEqual(["GOOD"]);
  });

  test("earlier versions are not told, and asked for once", async () => {
    await using subject = await makeSubject(server, { secrets: { A: "1", B: "1" } });
    await subject.put({ A: "2", B: "2" });
    expect(await subject.store.readVersion("A", 2)).toMatchObject({ version: 2 });
    expect(await subject.store.readVersion("A", 1)).toBe("not-told");
    server.clearRequests();
    expect(await subject.store.readVersion("B", 1)).toBe("not-told");
    expect(sent()).toEqual([]);
  });

  test("a key that breaks it is named", async () => {
    await using subject = await makeSubject(server);
    const error = await failureOf(write(subject.store, { A: "1", constructor: "2" }));
    expect(error).toMatchObject({
      code: "server-error",
      hint: expect.stringContaining("rename constructor"),
    });
    expect(await subject.read()).toEqual({});
  });

  test("whether it has metadata is found out without writing; other old instances may have it", async () => {
    await using subject = await makeSubject(server, { secrets: { A: "1" } });
    await subject.store.list(RAW);
    expect(await subject.store.takesMetadata()).toBe(false);
    await using newer = await startInfisicalServer({ withoutV4: true });
    await using other = await makeSubject(newer, { secrets: { A: "1" } });
    await other.store.list(RAW);
    expect(await other.store.takesMetadata()).toBe(true);
    for (const one of [subject, other]) expect(await one.read()).toEqual({ A: "1" });
  });

  test.each([OLD, { withoutV4: true }])(
    "a viewer is found out without writing, and a member asked for once (%o)",
    async (options) => {
      await using instance = await startInfisicalServer(options);
      await using member = await makeSubject(instance, { secrets: { A: "1" } });
      await member.store.list(RAW);
      const { projectId } = member.place;
      const identity = instance.createIdentity({ memberships: [{ projectId, role: "viewer" }] });
      await using viewer = clientFor(instance, identity);
      const store = createStore(viewer, member.place, ARGUMENT_NAMES);
      await store.list(RAW);
      const refused = await store.refusedDeletion();
      expect(refused).toMatchObject({ code: "forbidden", hint: expect.stringContaining("Member role") });
      expect(await member.store.refusedDeletion()).toBeUndefined();
      instance.clearRequests();
      const elsewhere = createStore(member.client, { ...member.place, secretPath: "/other" }, ARGUMENT_NAMES);
      expect(await elsewhere.refusedDeletion()).toBeUndefined();
      expect(instance.requests).toEqual([]);
      expect(await member.read()).toEqual({ A: "1" });
    },
  );

  test("the organization is asked for once, and that it is not told is no failure", async () => {
    await using subject = await makeSubject(server);
    for (const _ of [1, 2]) expect(await subject.client.organization()).toBeUndefined();
    expect(sent().filter((one) => one.endsWith("/details"))).toEqual(["GET /api/v1/identities/details"]);
  });

  test("the login of an unknown client is told as refused credentials", async () => {
    await using client = createClient({
      origin: server.url,
      login: {
        method: "universal",
        clientId: "00000000-0000-4000-8000-000000000000",
        clientSecret: new SecretValue("canary"),
      },
      allowInsecureHttp: false,
      argumentNames: { url: "instanceUrl", credentials: "machineIdentityClientId" },
    });
    expect(await failureOf(client.login())).toMatchObject({ code: "authentication" });
  });
});

test("a connection without an organization is recorded without a word", async () => {
  await using world = await startNativeWorld({ execution: "engine", destinationServer: OLD });
  const { inputs = {} } = await world.check("connection", {}, world.connection);
  const { outs } = await world.apply("connection", inputs);
  expect(outs).toHaveProperty("connectionId");
  expect(outs).not.toHaveProperty("organization");
  expect(world.shown).toEqual([]);
});

describe("a sync", () => {
  const old = { sourceServer: OLD, destinationServer: OLD };

  test("that is to mark keys is refused before the first write, in an empty folder too", async () => {
    await using world = await startWorld({ ...old, source: { A: "1" } });
    await using stack = await directRuns.open(world);
    const marking = { syncOptions: { ...overwrite, ownershipMark: true } };
    for (const attempt of [stack.preview, stack.deploy])
      expect((await failureOf(attempt(marking))).message).toContain("has no metadata of secrets");
    expect(world.destination.read()).toEqual({});
    await stack.deploy({});
    expect(world.destination.read()).toEqual({ A: "1" });
  });

  test("whose source folder or environment is not there is refused, though it lists as empty", async () => {
    await using world = await startWorld({ ...old, source: { A: "1" }, destination: { OLD: "x" } });
    await using stack = await directRuns.open(world);
    const emptySource = { ...overwrite, allowEmptySource: true };
    for (const [args, told] of [
      [{ secretPath: "/nowhere" }, "There is no folder /nowhere"],
      [{ environment: "nowhere" }, 'has no environment "nowhere"'],
    ] as const) {
      const error = await failureOf(stack.deploy({ ...args, syncOptions: emptySource }));
      expect(error.message).toContain(told);
    }
    expect(world.destination.read()).toEqual({ OLD: "x" });
  });
});
