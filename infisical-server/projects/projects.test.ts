import { expect, test } from "vitest";
import { connect, startTestWorld } from "../test-client.ts";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test("a project reads the same through the current and the deprecated routes, in their own wrappers", async () => {
  await using world = await startTestWorld();
  const { client, project, server } = world;
  const { body } = await client.get(`/api/v1/projects/${project.id}`);
  expect(body.project).toMatchObject({
    id: project.id,
    _id: project.id,
    name: "One",
    slug: "project-one",
    description: null,
    type: "secret-manager",
    orgId: server.organizationId,
    version: 3,
    autoCapitalization: false,
    hasDeleteProtection: false,
    createdAt: expect.stringMatching(ISO),
    updatedAt: expect.stringMatching(ISO),
    environments: [
      { id: expect.any(String), name: expect.any(String), slug: "dev" },
      { slug: "staging" },
      { slug: "prod" },
    ],
  });
  const read = async (path: string) => (await client.get(path)).body;
  expect(await read(`/api/v1/workspace/${project.id}`)).toEqual({ workspace: body.project });
  expect(await read("/api/v1/projects/slug/project-one")).toEqual(body.project);
  expect(await read("/api/v2/workspace/project-one")).toEqual(body.project);
  expect(await read("/api/v1/projects")).toEqual({ projects: [body.project] });
  expect(await read("/api/v1/workspace")).toEqual({ workspaces: [body.project] });
  expect((await client.get("/api/v1/projects", { type: "kms" })).body).toEqual({ projects: [] });
});

test("a missing project is 404, one without membership 403 and not listed", async () => {
  await using world = await startTestWorld();
  const foreign = world.server.createProject({ slug: "foreign" });
  expect((await world.client.get("/api/v1/projects/none")).status).toBe(404);
  expect((await world.client.get("/api/v1/projects/slug/none")).status).toBe(404);
  expect((await world.client.get(`/api/v1/projects/${foreign.id}`)).status).toBe(403);
  const listed = (await world.client.get("/api/v1/projects")).body.projects;
  expect(listed.map(({ slug }: { slug: string }) => slug)).toEqual(["project-one"]);
});

test.each(["/api/v1/projects", "/api/v2/workspace"])(
  "POST %s creates a project of which the creator is admin",
  async (url) => {
    await using world = await startTestWorld();
    const creator = await connect(world.server, world.server.createIdentity({ orgRole: "member" }));
    const created = await creator.post(url, { projectName: "My Project", projectDescription: "text" });
    expect(created.status).toBe(200);
    expect(created.body.project).toMatchObject({
      name: "My Project",
      description: "text",
      slug: expect.stringMatching(/^my-project-/),
      environments: [
        { slug: "dev", name: "Development" },
        { slug: "staging", name: "Staging" },
        { slug: "prod", name: "Production" },
      ],
    });
    const bare = await creator.post(url, {
      projectName: "Bare",
      slug: "bare-one",
      shouldCreateDefaultEnvs: false,
    });
    expect(bare.body.project).toMatchObject({ slug: "bare-one", environments: [] });
    expect((await creator.post(url, { projectName: "Bare", slug: "bare-one" })).status).toBe(400);
    expect((await creator.post(url, { projectName: "Bare", slug: "Bad Slug" })).status).toBe(422);
    expect((await creator.post(url, { projectName: "x".repeat(65) })).status).toBe(422);
    expect((await creator.delete(`/api/v1/projects/${created.body.project.id}`)).status).toBe(200);
    expect((await creator.get(`/api/v1/projects/${created.body.project.id}`)).status).toBe(404);
    // An identity without an organization role may not.
    expect((await world.client.post(url, { projectName: "No" })).status).toBe(403);
  },
);

test("updates change what they name; delete protection holds; members may update but not delete", async () => {
  await using world = await startTestWorld();
  const { client, project } = world;
  const member = await world.as("member");
  const viewer = await world.as("viewer");
  const path = `/api/v1/projects/${project.id}`;
  expect((await viewer.patch(path, { name: "No" })).status).toBe(403);
  expect((await member.patch(path, { name: "Two", slug: "project-two" })).body.project).toMatchObject({
    name: "Two",
    slug: "project-two",
    type: "secret-manager",
  });
  expect((await client.get("/api/v1/projects/slug/project-one")).status).toBe(404);
  expect(
    (await client.patch("/api/v2/workspace/project-two", { hasDeleteProtection: true })).body,
  ).toMatchObject({
    name: "Two",
    hasDeleteProtection: true,
  });
  expect((await member.delete(path)).status).toBe(403);
  expect((await client.delete(path)).status).toBe(403);
  await client.patch(`/api/v1/workspace/${project.id}`, { hasDeleteProtection: false });
  expect((await client.delete("/api/v2/workspace/project-two")).body.id).toBe(project.id);
});

test("search pages by name", async () => {
  await using world = await startTestWorld();
  const { server } = world;
  const ids = ["alpha", "beta", "gamma"].map(
    (name) => server.createProject({ name, slug: `${name}-slug` }).id,
  );
  const admin = await connect(server, server.admin);
  const found = await admin.post("/api/v1/projects/search", {
    projectIds: ids,
    limit: 2,
    orderDirection: "desc",
  });
  expect(found.body.totalCount).toBe(3);
  expect(found.body.projects).toMatchObject([{ name: "gamma", isMember: true }, { name: "beta" }]);
});

test.each(["/api/v1/projects", "/api/v1/workspace"])(
  "environments are made, changed and removed under %s",
  async (base) => {
    await using world = await startTestWorld();
    const { client, project } = world;
    const url = `${base}/${project.id}/environments`;
    const created = await client.post(url, { name: "Quality", slug: "qa" });
    expect(created.body).toMatchObject({
      message: expect.any(String),
      environment: {
        id: expect.any(String),
        name: "Quality",
        slug: "qa",
        position: 4,
        projectId: project.id,
      },
    });
    expect(created.body).toHaveProperty(base.endsWith("projects") ? "projectId" : "workspace", project.id);
    const { id } = created.body.environment;
    expect((await client.post(url, { name: "Again", slug: "qa" })).status).toBe(400);
    for (const slug of ["Qa", "q_a", "q.a"])
      expect((await client.post(url, { name: "x", slug })).status).toBe(422);
    const read = [
      `/api/v1/projects/${project.id}/environments/${id}`,
      `/api/v1/workspace/environments/${id}`,
    ];
    for (const path of read)
      expect((await client.get(path)).body.environment).toEqual(created.body.environment);
    const bySlug = await client.get(`/api/v1/projects/${project.id}/environments/slug/qa`);
    expect(bySlug.body).toEqual(created.body.environment);

    world.server.putSecrets({ projectId: project.id, environment: "qa" }, { A: "1" });
    expect((await client.patch(`${url}/${id}`, { slug: "test" })).body.environment).toMatchObject({
      slug: "test",
      name: "Quality",
    });
    const list = (environment: string) =>
      client.get("/api/v4/secrets", { projectId: project.id, environment });
    expect((await list("qa")).status).toBe(404);
    expect((await list("test")).body.secrets).toMatchObject([{ secretKey: "A", environment: "test" }]);
    expect((await client.delete(`${url}/${id}`)).body.environment.slug).toBe("test");
    expect((await list("test")).status).toBe(404);
  },
);

test.each([
  ["projects", "tag", "tags"],
  ["workspace", "workspaceTag", "workspaceTags"],
])("tags are made, read, changed and removed under /api/v1/%s", async (base, one, many) => {
  await using world = await startTestWorld();
  const { client, project } = world;
  const url = `/api/v1/${base}/${project.id}/tags`;
  const tag = (await client.post(url, { slug: "core", color: "#aabbcc" })).body[one];
  expect(tag).toMatchObject({ slug: "core", name: "core", color: "#aabbcc", projectId: project.id });
  expect((await client.post(url, { slug: "core", color: "" })).status).toBe(400);
  expect((await client.get(url)).body[many]).toMatchObject([{ id: tag.id, slug: "core" }]);
  expect((await client.get(`${url}/${tag.id}`)).body[one]).toEqual(tag);
  expect((await client.get(`${url}/slug/core`)).body[one]).toEqual(tag);
  expect((await client.get(`${url}/slug/none`)).status).toBe(404);

  const secrets = "/api/v4/secrets";
  const place = { projectId: project.id, environment: "dev" };
  await client.post(`${secrets}/A`, { ...place, secretValue: "1", tagIds: [tag.id] });
  await client.patch(`${url}/${tag.id}`, { slug: "main" });
  const read = async () => (await client.get(`${secrets}/A`, place)).body.secret.tags;
  expect(await read()).toEqual([{ id: tag.id, slug: "main", color: "#aabbcc", name: "main" }]);
  expect((await client.delete(`${url}/${tag.id}`)).status).toBe(200);
  expect(await read()).toEqual([]);
  expect((await (await world.as("viewer")).post(url, { slug: "no" })).status).toBe(403);
});
