import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seedSchema, startInfisicalServer } from "external-infisical/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseDevServerOptions } from "./command.ts";
import { describeInstance, overviewText } from "./overview.ts";
import { FIRST_EXAMPLE, readSeed, SECOND_EXAMPLE, withIdentities } from "./seed.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(content: string) {
  const file = join(folder, "seed.yaml");
  await writeFile(file, content);
  return readSeed(file, seedSchema);
}

test("a seed file of YAML gets four identities more, members of projects without a name too", async () => {
  const seed = await read(`
projects:
  - secrets: { dev: { /: { A: one } } }
identities:
  - name: own
`);
  await using server = await startInfisicalServer({ seed: withIdentities(seed) });
  const { identities, projects } = describeInstance(server);
  expect(identities.map(({ role }) => role)).toEqual(["admin", "member", "viewer", "describe-only"]);
  expect(server.seeded.identities).toHaveLength(5);
  for (const { clientId, clientSecret } of identities) {
    const login = await fetch(`${server.url}/api/v1/auth/universal-auth/login`, {
      method: "POST",
      body: new URLSearchParams({ clientId, clientSecret }),
    });
    const { accessToken } = (await login.json()) as { accessToken: string };
    const list = await fetch(
      `${server.url}/api/v4/secrets?environment=dev&projectId=${projects[0]?.id}&viewSecretValue=false`,
      { headers: { authorization: `Bearer ${accessToken}` } },
    );
    expect(await list.json()).toMatchObject({ secrets: [{ secretKey: "A" }] });
  }
});

test("mistakes in a seed file are told with their lines", async () => {
  await expect(read("projects:\n  - slug: a\n    secrts: {}\n")).rejects.toThrow(
    /seed\.yaml:3:13: projects\.0\.secrts: there is no such setting/,
  );
  await expect(readSeed(join(folder, "none.yaml"), seedSchema)).rejects.toThrow("Cannot read the seed file");
});

test("the text has what one needs to log in and to point a sync from one instance to the other", async () => {
  await using first = await startInfisicalServer({ seed: withIdentities(FIRST_EXAMPLE) });
  await using second = await startInfisicalServer({ seed: withIdentities(SECOND_EXAMPLE) });
  const instances = [first, second].map(describeInstance);
  const text = overviewText({ instances, dataDir: "/data" });
  for (const { url, projects, identities } of instances) {
    expect(text).toContain(url);
    for (const { id } of projects) expect(text).toContain(id);
    for (const { clientId, clientSecret } of identities)
      expect(text).toContain(`${clientId}  ${clientSecret}`);
  }
  expect(text).toContain(`export INFISICAL_HOST=${first.url}`);
  expect(text).toContain(`pulumi config set instanceUrl ${second.url}`);
  expect(text).toContain("/data, secrets in clear");
  const alone = overviewText({ instances: instances.slice(0, 1) });
  expect(alone).not.toContain("pulumi config set");
  expect(alone).toContain("Nothing is kept");
});

test("wrong options are told by their names", () => {
  expect(() => parseDevServerOptions({ port: "x", speed: "-1", secondSeed: "a.yaml" })).toThrow(
    /--port: .*; --speed: /,
  );
  expect(() => parseDevServerOptions({ secondSeed: "a.yaml" })).toThrow(
    "--second-seed: there is no second instance without --second-port",
  );
});
