/** What a deployment finds out of an identity's rights before its first write, and projects that serve no machine identity. */
import { expect, test } from "vitest";
import { type InfisicalServerOptions, startInfisicalServer } from "../infisical-server/index.ts";
import { createStore } from "../provider/infisical/secrets/store.ts";
import { failureOf, startNativeWorld } from "./native/provider-calls.ts";
import { clientFor } from "./support/store-subject.ts";
import type { WorldOptions } from "./support/world.ts";

const ARGUMENT_NAMES = { projectId: "projectId", environment: "environment", secretPath: "secretPath" };
const DENY = { kind: "status", status: 403, method: "DELETE" } as const;

/** A sync that has run, and one thing to change and one to delete. */
async function start(options: WorldOptions = {}) {
  const world = await startNativeWorld({ execution: "engine", source: { A: "1", B: "2" }, ...options });
  const connection = await world.create("connection", world.connection);
  const declared = world.sync(connection.id);
  const { id, outs } = await world.create("secretSync", declared);
  await world.provider.nextPhase();
  const { server } = world.destination;
  server.clearRequests();
  const sent = (method: string) =>
    server.requests.filter((one) => one.method === method && one.path.includes("/secrets/")).length;
  return Object.assign(world, { again: () => world.update("secretSync", id, outs, declared), sent });
}

test.each<[string, WorldOptions]>([
  ["the newest", {}],
  ["one without v4", { destinationServer: { withoutV4: true } }],
  ["one of October 2024", { destinationServer: { profile: "2024-10" } }],
])("on %s instance a run that may not delete is refused before it writes", async (_what, options) => {
  await using world = await start(options);
  world.source.put({ A: "11" });
  world.source.drop("B");
  world.destination.server.fault({ ...DENY, path: "/api/", times: 100 });
  const failure = await failureOf(world.again());
  expect(failure.message).toMatch(/would delete a key, and nothing was written: Cannot try a deletion .*403/);
  expect(world.destination.read()).toEqual({ A: "1", B: "2" });
  expect([world.sent("PATCH"), world.sent("POST")]).toEqual([0, 0]);
});

test("a run that deletes nothing is not refused for that, and its preview says that it may fail", async () => {
  await using world = await start();
  world.source.put({ A: "11" });
  world.destination.server.fault({ ...DENY, path: "/api/", times: 100 });
  await world.again();
  expect(world.destination.read()).toEqual({ A: "11", B: "2" });
  expect(world.shown.join("\n")).toMatch(/a deployment by this identity may fail at the destination/);
});

test("an answer that tells nothing of rights refuses nothing", async () => {
  await using world = await start();
  world.source.drop("B");
  world.destination.server.fault({ ...DENY, status: 500, path: "/api/v4/secrets", times: 1 });
  await world.again();
  expect(world.destination.read()).toEqual({ A: "1" });
});

test("an environment is asked for once, by whoever comes first, until it is refused", async () => {
  await using server = await startInfisicalServer();
  const { id: projectId } = server.createProject();
  for (const environment of ["dev", "prod"]) server.putSecrets({ projectId, environment }, { A: "1" });
  const storesOf = (role: "member" | "viewer") => {
    const client = clientFor(server, server.createIdentity({ memberships: [{ projectId, role }] }));
    return ["dev", "prod", "dev"].map((environment) =>
      createStore(client, { origin: server.url, projectId, environment, secretPath: "/" }, ARGUMENT_NAMES),
    );
  };
  const tries = () => server.requests.filter(({ method }) => method === "DELETE").length;
  const stores = storesOf("member");
  expect(await Promise.all(stores.map((store) => store.refusedDeletion()))).toEqual(
    stores.map(() => undefined),
  );
  expect(tries()).toBe(2);
  for (const store of storesOf("viewer"))
    expect(await store.refusedDeletion()).toMatchObject({ code: "forbidden" });
  expect(server.readSecrets({ projectId, environment: "dev" })).toEqual({ A: "1" });
});

test.each<InfisicalServerOptions>([{}, { withoutV4: true }, { profile: "2024-10" }])(
  "what one environment allows says nothing of another of the project (%o)",
  async (options) => {
    await using server = await startInfisicalServer(options);
    const { id: projectId } = server.createProject();
    for (const environment of ["dev", "prod"]) server.putSecrets({ projectId, environment }, { A: "1" });
    const identity = server.createIdentity({ memberships: [{ projectId, role: "member" }] });
    await using client = clientFor(server, identity);
    const [dev, prod] = ["dev", "prod"].map((environment) =>
      createStore(client, { origin: server.url, projectId, environment, secretPath: "/" }, ARGUMENT_NAMES),
    );
    await dev?.list({ values: false, expand: false, imports: false });
    expect(await dev?.refusedDeletion()).toBeUndefined();
    server.fault({ ...DENY, path: "/api/", times: 1 });
    expect(await prod?.refusedDeletion()).toMatchObject({ code: "forbidden" });
    // Nor is a refusal one of the first.
    expect(await dev?.refusedDeletion()).toBeUndefined();
    expect(await prod?.refusedDeletion()).toBeUndefined();
  },
);

test.each([{}, { withoutV4: true }, { profile: "2024-10" as const }])(
  "a project of the old encryption is told with what to do (%o)",
  async (options) => {
    await using server = await startInfisicalServer(options);
    const { id: projectId } = server.createProject({ version: 1 });
    server.putSecrets({ projectId, environment: "dev", secretPath: "/app" }, { A: "1" });
    const identity = server.createIdentity({ memberships: [{ projectId, role: "member" }] });
    await using client = clientFor(server, identity);
    const place = { origin: server.url, projectId, environment: "dev", secretPath: "/app" };
    const list = { values: true, expand: false, imports: false };
    const found = createStore(client, place, ARGUMENT_NAMES).list(list);
    await expect(found).rejects.toMatchObject({
      code: "wrong-project-type",
      path: "projectId",
      message: expect.stringMatching(
        new RegExp(`Cannot list secrets .*.*project "${projectId}" has the folder, and yet no secrets`),
      ),
      hint: expect.stringMatching(/old encryption \(version 1\).*upgrades this one/),
    });
    const elsewhere = createStore(client, { ...place, secretPath: "/other" }, ARGUMENT_NAMES);
    expect(await elsewhere.list(list)).toMatchObject({ folderExists: false });
  },
);

test("a folder that is made while it is looked for is told as it then is", async () => {
  await using server = await startInfisicalServer();
  const { id: projectId } = server.createProject();
  const identity = server.createIdentity({ memberships: [{ projectId, role: "member" }] });
  await using client = clientFor(server, identity);
  const place = { projectId, environment: "dev", secretPath: "/app" };
  const action = () => server.putSecrets(place, { A: "1" });
  server.fault({ kind: "run", method: "GET", path: "/api/v2/folders", action });
  const store = createStore(client, { origin: server.url, ...place }, ARGUMENT_NAMES);
  const { folderExists, secrets } = await store.list({ values: true, expand: false, imports: false });
  expect(folderExists).toBe(true);
  expect(secrets.map(({ key }) => key)).toEqual(["A"]);
});
