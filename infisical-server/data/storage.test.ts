import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startInfisicalServer } from "../index.ts";
import { clientFor, connect, login } from "../test-client.ts";
import { decode } from "./format.ts";

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

test("what has been answered is on disk, whatever becomes of the process", async () => {
  await using server = await startInfisicalServer({ dataDir: directory, seed });
  const [identity] = server.seeded.identities;
  const [project] = server.seeded.projects;
  if (!identity || !project) throw new Error("The seed made nothing");
  const client = await connect(server, identity);
  const place = { projectId: project.id, environment: "dev", secretPath: "/app" };
  const { status } = await client.post("/api/v4/secrets/NEW", { ...place, secretValue: "kept" });
  expect(status).toBe(200);

  // A kill leaves what the directory holds at this moment.
  const killed = join(directory, "..", "killed");
  await mkdir(killed);
  await copyFile(join(directory, "world.bin"), join(killed, "world.bin"));
  await using after = await startInfisicalServer({ dataDir: killed });
  const query = { projectId: project.id, environment: "dev", secretPath: "/app" };
  const { body } = await clientFor(after, client.token).get("/api/v4/secrets/NEW", query);
  expect(body.secret).toMatchObject({ secretValue: "kept" });
  expect(after.admin).toEqual(server.admin);
});

test.each(["drop-after", "truncate"] as const)("a write whose answer is lost (%s) is kept", async (kind) => {
  await using server = await startInfisicalServer({ dataDir: directory, seed });
  const { token } = await connect(server, server.admin);
  server.fault({ kind, method: "POST" });
  const slug = { slug: "lost-answer" };
  const url = `/api/v1/projects/${server.seeded.projects[0]?.id}/tags`;
  await expect(clientFor(server, token).post(url, slug)).rejects.toThrow();
  const { world } = decode(await readFile(join(directory, "world.bin")), "world.bin");
  const tags = [...world.projects.values()].flatMap((project) => [...project.tags.values()]);
  expect(tags).toMatchObject([slug]);
});

test("a write that cannot be kept is answered as failed, and kept with the next one", async () => {
  const log: string[] = [];
  await using server = await startInfisicalServer({ dataDir: directory, log: (line) => log.push(line) });
  const client = await connect(server, server.admin);
  // Nothing can be written beside a directory that stands where the draft has to.
  await mkdir(join(directory, "world.bin.new", "in-the-way"), { recursive: true });
  const first = { projectName: "First", slug: "first-one" };
  expect(await client.post("/api/v1/projects", first)).toMatchObject({
    status: 500,
    body: { message: "Something went wrong" },
  });
  expect(log.join("\n")).toContain("world.bin.new");
  await rm(join(directory, "world.bin.new"), { recursive: true });
  const second = { projectName: "Second", slug: "second-one" };
  expect((await client.post("/api/v1/projects", second)).status).toBe(200);
  const { world } = decode(await readFile(join(directory, "world.bin")), "world.bin");
  expect([...world.projectsBySlug.keys()]).toEqual(["first-one", "second-one"]);
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
