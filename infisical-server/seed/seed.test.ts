import { expect, test } from "vitest";
import { type Seed, seedSchema, startInfisicalServer } from "../index.ts";
import { october2024 } from "../revisions/october-2024.ts";
import { connect } from "../test-client.ts";
import { createWorld } from "../world.ts";
import { seedSchemaFor } from "./seed.ts";

type ProjectSeed = NonNullable<Seed["projects"]>[number];
type IdentitySeed = NonNullable<Seed["identities"]>[number];

/** Of each problem, its path and text. */
function problemsOf(seed: unknown, schema = seedSchema): string[] {
  const { error } = schema.safeParse(seed);
  return error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
}

const app: ProjectSeed = { id: "app", slug: "the-app" };
const withSecrets = (secrets: NonNullable<ProjectSeed["secrets"]>): Seed => ({ projects: [{ secrets }] });
const withIdentity = (identity: IdentitySeed): Seed => ({ projects: [app], identities: [identity] });

test.each<[path: string, text: RegExp | string, seed: unknown]>([
  // Forms.
  ["projects.0.id", "1 to 36", { projects: [{ id: "a/b" }] }],
  ["projects.0.name", /64/, { projects: [{ name: "n".repeat(65) }] }],
  ["projects.0.name", /1 char/, { projects: [{ name: " " }] }],
  ["projects.0.slug", /5 char/, { projects: [{ slug: "app" }] }],
  ["projects.0.slug", "lower-case", { projects: [{ slug: "The-App" }] }],
  ["projects.0.type", "secret-manager", { projects: [{ type: "vault" }] }],
  ["projects.0.environments.0", /Slug|nvalid/, { projects: [{ environments: ["Prod"] }] }],
  ["projects.0.tags.0.slug", /64/, { projects: [{ tags: [{ slug: "t".repeat(65) }] }] }],
  ["projects.0.folders.dev.0", "a / before each", { projects: [{ folders: { dev: ["/a b"] } }] }],
  ["projects.0.folders.dev.0", "a / before each", { projects: [{ folders: { dev: ["/a//b"] } }] }],
  ["projects.0.secrets.dev.app", "key", withSecrets({ dev: { app: {} } })],
  [
    "projects.0.secrets.dev./.A",
    /nvalid/,
    withSecrets({ dev: { "/": { A: { value: "1", metadata: { "": "x" } } } } }),
  ],
  // Keys and values.
  ["projects.0.secrets.dev./.a:b", "no : or /", withSecrets({ dev: { "/": { "a:b": "1" } } })],
  ["projects.0.secrets.dev./.a/b", "no : or /", withSecrets({ dev: { "/": { "a/b": "1" } } })],
  ["projects.0.secrets.dev./. ", "no : or /", withSecrets({ dev: { "/": { " ": "1" } } })],
  [
    `projects.0.secrets.dev./.${"K".repeat(501)}`,
    "500",
    withSecrets({ dev: { "/": { ["K".repeat(501)]: "1" } } }),
  ],
  ["projects.0.secrets.dev./. A", "already exists", withSecrets({ dev: { "/": { A: "1", " A": "2" } } })],
  [
    "projects.0.secrets.dev./a/.A",
    "already exists",
    withSecrets({ dev: { "/a": { A: "1" }, "/a/": { A: "2" } } }),
  ],
  ["projects.0.secrets.dev./.A", "1 MiB", withSecrets({ dev: { "/": { A: "v".repeat(1_048_576) } } })],
  // Environments that are not there.
  ["projects.0.folders.test", 'no environment "test"', { projects: [{ folders: { test: ["/a"] } }] }],
  ["projects.0.secrets.test", 'no environment "test"', withSecrets({ test: { "/": { A: "1" } } })],
  [
    "projects.0.imports.0.environment",
    'no environment "test"',
    { projects: [{ imports: [{ environment: "test", from: { environment: "dev", secretPath: "/" } }] }] },
  ],
  [
    "projects.0.imports.0.from.environment",
    'no environment "test"',
    { projects: [{ imports: [{ environment: "dev", from: { environment: "test" } }] }] },
  ],
  [
    "projects.0.imports.0.from.secretPath",
    "no folder /none",
    { projects: [{ imports: [{ environment: "dev", from: { environment: "prod", secretPath: "/none" } }] }] },
  ],
  [
    "projects.0.imports.0.from",
    "cannot import itself",
    { projects: [{ imports: [{ environment: "dev", from: { environment: "dev" } }] }] },
  ],
  [
    "projects.0.imports.1.from",
    "already exists",
    {
      projects: [
        {
          imports: [
            { environment: "dev", from: { environment: "prod" } },
            { environment: "dev", secretPath: "/", from: { environment: "prod" } },
          ],
        },
      ],
    },
  ],
  // Twice.
  ["projects.1.id", "already exists", { projects: [app, { id: "app" }] }],
  ["projects.1.slug", "already exists", { projects: [app, { slug: "the-app" }] }],
  [
    "projects.0.environments.1",
    "already exists",
    { projects: [{ environments: ["dev", { slug: "dev", name: "D" }] }] },
  ],
  ["projects.0.tags.1.slug", "already exists", { projects: [{ tags: [{ slug: "a" }, { slug: "a" }] }] }],
  ["identities.1.clientId", "already exists", { identities: [{ clientId: "ci" }, { clientId: "ci" }] }],
  ["identities.1.identityId", "already exists", { identities: [{ identityId: "ci" }, { identityId: "ci" }] }],
  // Identities.
  ["identities.0", "nam", withIdentity({ nam: "x" } as IdentitySeed)],
  ["identities.0.name", /1 char/, withIdentity({ name: "" })],
  ["identities.0.clientSecret", /1 char/, withIdentity({ clientSecret: " " })],
  ["identities.0.accessTokenTTL", "max TTL", withIdentity({ accessTokenTTL: 20, accessTokenMaxTTL: 10 })],
  ["identities.0.clientSecretTTL", "315360000", withIdentity({ clientSecretTTL: 315_360_001 })],
  [
    "identities.0.memberships.0.project",
    'no project "none"',
    withIdentity({ memberships: [{ project: "none", role: "admin" }] }),
  ],
  [
    "identities.0.memberships.1.project",
    "already",
    withIdentity({
      memberships: [
        { project: "app", role: "admin" },
        { project: "the-app", role: "viewer" },
      ],
    }),
  ],
  [
    "identities.0.memberships.0.paths.0.environment",
    'no environment "test"',
    withIdentity({
      memberships: [
        { project: "app", role: "admin", paths: [{ environment: "test", secretPath: "/", role: "viewer" }] },
      ],
    }),
  ],
])("what the API would refuse is refused in a seed: %s, %s", (path, text, seed) => {
  const [problem = "", ...more] = problemsOf(seed);
  expect(more).toEqual([]);
  expect(problem.slice(0, path.length + 1)).toBe(`${path}:`);
  expect(problem.slice(path.length + 2)).toMatch(text);
});

test("all problems are told together, and no value with them", () => {
  const seed = withSecrets({
    test: { "/": { A: "s3cret" } },
    dev: { "/": { "a:b": "s3cret", "": "s3cret" } },
  });
  const problems = problemsOf(seed);
  expect(problems).toHaveLength(3);
  expect(problems.join()).not.toContain("s3cret");
});

test("keys are those of the version that is seeded", () => {
  const schema = seedSchemaFor({ world: createWorld(Date.now), revision: october2024 });
  expect(problemsOf(withSecrets({ dev: { "/": { "a:b": "1" } } }), schema)).toEqual([]);
  expect(problemsOf(withSecrets({ dev: { "/": { constructor: "1" } } }), schema)).toEqual([
    "projects.0.secrets.dev./.constructor: is no key that the instance takes",
  ]);
});

test("a seed may name what the server has, may not take its names, and is made whole or not at all", async () => {
  await using server = await startInfisicalServer({ seed: { projects: [app] } });
  const member = { memberships: [{ project: "the-app", role: "member" as const }] };
  server.seed({ identities: [{ ...member, clientId: "known" }] });
  const client = await connect(server, server.admin);
  const countOf = async () => (await client.get("/api/v1/projects")).body.projects.length;
  expect(await countOf()).toBe(1);
  const refused: Seed[] = [
    { projects: [{ slug: "other" }, { id: "app" }] },
    { projects: [{ slug: "other" }, { slug: "the-app" }] },
    { projects: [{ slug: "other" }], identities: [{ clientId: "known" }] },
    { projects: [{ slug: "other" }], identities: [{ memberships: [{ project: "none", role: "admin" }] }] },
  ];
  for (const seed of refused) expect(() => server.seed(seed)).toThrow("The seed is refused");
  expect(await countOf()).toBe(1);
});
