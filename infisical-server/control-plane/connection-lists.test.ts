import { expect, test } from "vitest";
import type { Client } from "../test-client.ts";
import { CONNECTIONS, startTwoInstances } from "./test-client.ts";

const ALL = "/api/v1/app-connections";

async function setUp() {
  const world = await startTwoInstances();
  const other = world.source.createProject({ name: "Other", slug: "other" });
  await world.connection({ name: "charlie", projectId: world.project.id });
  await world.connection({ name: "bravo" });
  await world.connection({ name: "alpha", projectId: other.id });
  const names = async (client: Client, path: string, query: Record<string, string> = {}) =>
    (await client.get(path, query)).body.appConnections.map(({ name }: { name: string }) => name);
  return { ...world, other, names };
}

test("lists are sorted by name, of all or of one project, and tell the project", async () => {
  await using world = await setUp();
  for (const path of [ALL, CONNECTIONS]) {
    expect(await world.names(world.admin, path)).toEqual(["alpha", "bravo", "charlie"]);
    expect(await world.names(world.admin, path, { projectId: world.project.id })).toEqual(["charlie"]);
  }
  const { appConnections } = (await world.admin.get(CONNECTIONS)).body;
  expect(appConnections).toMatchObject([
    { projectId: world.other.id, project: { id: world.other.id, slug: "other", name: "Other" } },
    { projectId: null, project: null },
    { project: { slug: "source", type: "secret-manager" } },
  ]);
});

test("available are those of the organization and of the named project, without credentials", async () => {
  await using world = await setUp();
  const path = `${CONNECTIONS}/available`;
  expect(await world.names(world.admin, path)).toEqual(["bravo"]);
  expect(await world.names(world.admin, path, { projectId: world.project.id })).toEqual(["charlie", "bravo"]);
  const { appConnections } = (await world.admin.get(path)).body;
  expect(appConnections).toEqual([
    {
      app: "external-infisical",
      name: "bravo",
      id: expect.any(String),
      projectId: null,
      orgId: world.source.organizationId,
    },
  ]);
});

test("rows that one may not read are left out", async () => {
  await using world = await setUp();
  const member = await world.as("member");
  const projectAdmin = await world.as("admin", { orgRole: "no-access" });
  expect(await world.names(member, CONNECTIONS)).toEqual(["bravo"]);
  expect(await world.names(projectAdmin, CONNECTIONS)).toEqual(["charlie"]);
  const ofProject = { projectId: world.project.id };
  expect(await world.names(member, `${CONNECTIONS}/available`, ofProject)).toEqual(["charlie", "bravo"]);
  expect((await member.get(CONNECTIONS, { projectId: world.other.id })).status).toBe(403);
  expect((await member.get(CONNECTIONS, { projectId: "none" })).status).toBe(404);
});

test("a name is looked up in the organization, or in the named project", async () => {
  await using world = await setUp();
  const find = (name: string, query: Record<string, string> = {}) =>
    world.admin.get(`${CONNECTIONS}/connection-name/${name}`, query);
  const ofProject = { projectId: world.project.id };
  expect((await find("bravo")).body.appConnection.projectId).toBeNull();
  expect((await find("charlie", ofProject)).body.appConnection.projectId).toBe(world.project.id);
  for (const [answer, scope] of [
    [await find("charlie"), "organization"],
    [await find("bravo", ofProject), "project"],
  ] as const) {
    expect(answer.status).toBe(404);
    expect(answer.body.message).toMatch(`Could not find App Connection with name`);
    expect(answer.body.message).toContain(scope);
  }
});

test("the app is offered", async () => {
  await using world = await startTwoInstances();
  expect((await world.admin.get(`${ALL}/options`, { projectType: "secret-manager" })).body).toEqual({
    appConnectionOptions: [
      { name: "Infisical", app: "external-infisical", methods: ["machine-identity-universal-auth"] },
    ],
  });
});

test("an instance without the feature has none of its routes", async () => {
  await using world = await startTwoInstances({ withoutExternalInfisical: true });
  const syncs = "/api/v1/secret-syncs";
  const answers = [
    await world.admin.post(CONNECTIONS, world.connectionBody()),
    await world.admin.get(CONNECTIONS),
    await world.admin.get(`${syncs}/external-infisical`, { projectId: world.project.id }),
    await world.admin.post(`${syncs}/external-infisical/check-destination`, {}),
  ];
  for (const { status, body } of answers) {
    expect(status).toBe(404);
    expect(body).toEqual({
      message: expect.stringMatching(/^Route (GET|POST):\/api\/v1\/.* not found$/),
      error: "Not Found",
      statusCode: 404,
    });
  }
  expect((await world.admin.get(`${ALL}/options`)).body).toEqual({ appConnectionOptions: [] });
  expect((await world.admin.get(`${syncs}/options`)).body).toEqual({ secretSyncOptions: [] });
  expect((await world.admin.get(syncs, { projectId: world.project.id })).body).toEqual({ secretSyncs: [] });
});
