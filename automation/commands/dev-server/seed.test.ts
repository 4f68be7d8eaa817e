import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seedSchema, seedSchemaOf, startInfisicalServer } from "external-infisical/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readOptions } from "../read-options.ts";
import { devServerOptions } from "./options.ts";
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

const YAML = `projects:
  - slug: first-app
    secrets:
      dev:
        /:
          GOOD: one
          "bad:key": two
          PORT: 8080
      test: { /: { A: three } }
identities:
  - memberships:
      - { project: nowhere, role: admin }
`;
const JSON_TABS = `{
\t"projects": [
\t\t{ "slug": "first-app", "folders": { "dev": ["/good", "/not good"] } },
\t\t{ "slug": "first-app" }
\t]
}
`;

test.each([
  // Forms come first: what stands in a wrong one cannot be compared.
  ["YAML, its form", YAML, ["8:17: projects.0.secrets.dev./.PORT: must be text"]],
  [
    "YAML",
    YAML.replace("8080", '"8080"'),
    [
      "7:22: projects.0.secrets.dev./.bad:key: as a key must have characters",
      '9:13: projects.0.secrets.test: there is no environment "test"',
      '12:20: identities.0.memberships.0.project: there is no project "nowhere"',
    ],
  ],
  [
    "JSON, all of it",
    JSON_TABS,
    [
      "3:56: projects.0.folders.dev.1: must be /",
      '4:13: projects.1.slug: the slug "first-app" already exists',
    ],
  ],
  [
    "JSON",
    JSON_TABS.replace("not good", "better"),
    ['4:13: projects.1.slug: the slug "first-app" already exists'],
  ],
  ["a text that is neither", "projects: [", ["1:12: "]],
  [
    "a name that records lose",
    '{ "projects": [{ "secrets": { "dev": { "/": { "__proto__": "a", "constructor": "b" } } } }] }',
    ["1:47: __proto__ cannot be a name"],
  ],
  ["a name twice", "projects: []\nprojects: []\n", ["2:1: "]],
  ["a list", "- slug: first-app\n", ["1:1: "]],
  ["an empty file", "", ["1:1: "]],
])("every mistake has its line and column: %s", async (_what, content, places) => {
  const told = await read(content).then(
    () => [],
    (error: Error) => error.message.split("\n").slice(1),
  );
  expect(told).toHaveLength(places.length);
  for (const [index, place] of places.entries()) expect(told[index]).toContain(`seed.yaml:${place}`);
});

test("a seed file is read for the version that it is to fill", async () => {
  const file = join(folder, "older.yaml");
  await writeFile(file, 'projects: [{ secrets: { dev: { /: { "a:b": one } } } }]');
  await expect(readSeed(file, seedSchema)).rejects.toThrow("a:b: as a key");
  await using server = await startInfisicalServer({
    profile: "2024-10",
    seed: await readSeed(file, seedSchemaOf("2024-10")),
  });
  expect(server.seeded.projects).toHaveLength(1);
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
  expect(text).toContain(`--destination-url ${second.url} `);
  expect(text).toContain("/data, secrets in clear");
  const alone = overviewText({ instances: instances.slice(0, 1) });
  expect(alone).not.toContain("external-infisical init");
  expect(alone).toContain("Nothing is kept");
  expect(alone).not.toContain("They answer as");
  expect(overviewText({ instances, profile: "2024-10" })).toContain(
    "They answer as the product did in 2024-10.",
  );
});

test("wrong options are told by their names", () => {
  const read = (raw: object) => () => readOptions(devServerOptions, raw);
  expect(read({ port: "x", speed: "-1", secondSeed: "a.yaml" })).toThrow(
    "--port must be a port, from 0 to 65535\n--speed must be a number above 0",
  );
  expect(read({ secondSeed: "a.yaml" })).toThrow(
    "--second-seed needs --second-port: there is no second instance without it",
  );
});
