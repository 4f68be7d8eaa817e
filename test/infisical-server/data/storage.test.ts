import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startInfisicalServer } from "../index.ts";
import { connect, login } from "../test-client.ts";

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), "test-server-")), "data");
});
afterEach(() => rm(join(directory, ".."), { recursive: true, force: true }));

const seed = {
  projects: [{ slug: "billing", secrets: { dev: { "/app": { A: "${B}", B: "two" } } } }],
  identities: [{ name: "ci", memberships: [{ project: "billing", role: "admin" as const }] }],
};

test("a restarted server has everything, tokens included, and does not seed again", async () => {
  const first = await startInfisicalServer({ dataDir: directory, seed });
  const [project] = first.seeded.projects;
  const [identity] = first.seeded.identities;
  if (!project || !identity) throw new Error("The seed made nothing");
  const place = { projectId: project.id, environment: "dev", secretPath: "/app" };
  const { token } = await connect(first, identity);
  first.putSecrets(place, { C: "three" });
  await first.close();

  await using second = await startInfisicalServer({ dataDir: directory, seed });
  expect(second.admin).toEqual(first.admin);
  expect(second.seeded).toEqual(first.seeded);
  expect(second.organizationId).toBe(first.organizationId);
  const { body } = await fetch(
    `${second.url}/api/v4/secrets?projectId=${project.id}&environment=dev&secretPath=/app`,
    { headers: { authorization: `Bearer ${token}` } },
  ).then(async (answer) => ({ body: (await answer.json()) as { secrets: { secretValue: string }[] } }));
  expect(body.secrets.map(({ secretValue }) => secretValue)).toEqual(["two", "two", "three"]);
  // References between records are as before: a write through one is seen through the other.
  const client = await connect(second, identity);
  await client.patch("/api/v4/secrets/B", { ...place, secretValue: "2" });
  expect(second.readSecrets(place)).toEqual({ A: "${B}", B: "2", C: "three" });
});

test("the directory and its files are for their owner only, and nothing else is left in it", async () => {
  const server = await startInfisicalServer({ dataDir: directory });
  await server.close();
  expect(await readdir(directory)).toEqual(["world.bin"]);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect((await stat(join(directory, "world.bin"))).mode & 0o777).toBe(0o600);
});

test("a directory serves one server at a time", async () => {
  await using server = await startInfisicalServer({ dataDir: directory });
  await expect(startInfisicalServer({ dataDir: directory })).rejects.toThrow(
    `${directory} is in use by process ${process.pid}`,
  );
  expect((await login(server, server.admin)).status).toBe(200);
});

test("a server that could not start leaves the directory free", async () => {
  await using other = await startInfisicalServer();
  const port = Number(new URL(other.url).port);
  await expect(startInfisicalServer({ dataDir: directory, port })).rejects.toThrow("EADDRINUSE");
  expect(await readdir(directory)).toEqual([]);
});

test.each([
  ["damaged", "rubbish", "it is damaged"],
  ["cut off", "external-infisical test server 1\n\xff", "it is damaged"],
  ["of a newer version", "external-infisical test server 2\n", "written by a newer version (format 2"],
])("a file that is %s is refused and left as it is", async (_what, content, message) => {
  await mkdir(directory);
  await writeFile(join(directory, "world.bin"), content);
  await expect(startInfisicalServer({ dataDir: directory })).rejects.toThrow(message);
  expect(await readdir(directory)).toEqual(["world.bin"]);
  expect(await readFile(join(directory, "world.bin"), "utf8")).toBe(content);
});
