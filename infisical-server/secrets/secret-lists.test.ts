import { describe, expect, test } from "vitest";
import { connect, startTestWorld, type TestWorld } from "../test-client.ts";

describe.each([
  { base: "/api/v4/secrets", key: "projectId" },
  { base: "/api/v3/secrets/raw", key: "workspaceId" },
])("GET $base", ({ base, key }) => {
  const query = ({ project }: TestWorld, more: Record<string, string> = {}) => ({
    [key]: project.id,
    environment: "dev",
    ...more,
  });

  test("booleans must be exactly true or false", async () => {
    await using world = await startTestWorld();
    for (const value of ["True", "1", "yes", ""]) {
      const answer = await world.client.get(base, query(world, { recursive: value }));
      expect(answer).toMatchObject({ status: 422, body: { message: [{ path: ["recursive"] }] } });
    }
  });

  test("a missing environment is 400", async () => {
    await using world = await startTestWorld();
    expect((await world.client.get(base, { [key]: world.project.id })).status).toBe(400);
  });

  test("secretPath: exact, one trailing slash is dropped, a leading one is not added", async () => {
    await using world = await startTestWorld();
    const { client, server, project } = world;
    server.putSecrets({ projectId: project.id, environment: "dev", secretPath: "/a/b" }, { A: "1" });
    const status = async (secretPath: string) =>
      (await client.get(base, query(world, { secretPath }))).status;
    expect(await status("/a/b")).toBe(200);
    expect(await status(" /a/b/ ")).toBe(200);
    expect(await status("a/b")).toBe(404);
    expect(await status("xa/b")).toBe(404);
    expect(await status("/A/b")).toBe(404);
    expect(await status("/a/b//")).toBe(404);
  });

  test("recursive lists reach 20 levels down", async () => {
    await using world = await startTestWorld();
    const { client, server, project } = world;
    const path = (depth: number) => `/${Array.from({ length: depth }, (_, level) => `d${level}`).join("/")}`;
    const place = { projectId: project.id, environment: "dev" };
    server.putSecrets({ ...place, secretPath: path(20) }, { DEEP: "1" });
    server.putSecrets({ ...place, secretPath: path(21) }, { DEEPER: "1" });
    const { secrets } = (await client.get(base, query(world, { recursive: "true" }))).body;
    expect(secrets).toMatchObject([{ secretKey: "DEEP", secretPath: path(20) }]);
    const below = (await client.get(base, query(world, { recursive: "true", secretPath: "/d0" }))).body
      .secrets;
    expect(below).toHaveLength(2);
  });

  test("lists filter by tags and by metadata", async () => {
    await using world = await startTestWorld();
    world.server.seed({
      projects: [
        {
          id: "tagged",
          environments: ["dev"],
          secrets: {
            dev: {
              "/": {
                A: { value: "1", tags: ["x"], metadata: { team: "a", tier: "1" } },
                B: { value: "2", tags: ["y"], metadata: { team: "a" } },
                C: "3",
              },
            },
          },
        },
      ],
      identities: [
        { clientId: "reader", clientSecret: "secret", memberships: [{ project: "tagged", role: "viewer" }] },
      ],
    });
    const reader = await connect(world.server, { clientId: "reader", clientSecret: "secret" });
    const keys = async (filter: Record<string, string>) => {
      const { body } = await reader.get(base, { [key]: "tagged", environment: "dev", ...filter });
      return body.secrets.map(({ secretKey }: { secretKey: string }) => secretKey);
    };
    expect(await keys({ tagSlugs: "x,y" })).toEqual(["A", "B"]);
    expect(await keys({ metadataFilter: "key=team,value=a|key=tier,value=1" })).toEqual(["A"]);
    const eleven = Array.from({ length: 11 }, () => "key=a,value=b").join("|");
    const tooMany = await reader.get(base, { [key]: "tagged", environment: "dev", metadataFilter: eleven });
    expect(tooMany.status).toBe(422);
  });
});
