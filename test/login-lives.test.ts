/** A whole life without a stored secret, by syncs.yaml, a Pulumi program and Terraform; no token is in anything it leaves. */
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { startIssuer } from "../infisical-server/index.ts";
import type { ObjectValue } from "../provider/terraform/value.ts";
import { leaksIn } from "./secrecy/search.ts";
import { makeFolder } from "./support/command-folder.ts";
import { root } from "./support/node.ts";
import { QUICK_PASSPHRASE } from "./support/quick-passphrase.mjs";
import { bin, spawnCommand } from "./support/run-command.ts";
import { runMain } from "./support/run-in-process.ts";
import { makeStackFolder } from "./support/stack-folder.ts";
import { syncsYaml } from "./support/syncs-yaml.ts";
import { syncBlock } from "./support/terraform/configuration.ts";
import { CONNECTION, SYNC, startProvider } from "./support/terraform/provider.ts";
import { isThorough } from "./support/thorough.ts";
import { startWorld, type World } from "./support/world.ts";

const AUDIENCES = { source: "https://source.example.com", destination: "https://dr.example.com" };
const GITHUB_SUBJECT = "repo:acme/app:ref:refs/heads/main";

/** Two instances whose identities log in by OIDC, each for an audience of its own, and nobody with a client secret. */
async function start() {
  const issuer = await startIssuer();
  const world = await startWorld({ source: { A: "1", B: "canary-value-of-b" }, destination: { OLD: "o" } });
  const identityAt = (side: "source" | "destination", role: "viewer" | "member") =>
    world[side].server.createIdentity({
      memberships: [{ projectId: world[side].projectId, role }],
      oidcAuth: {
        oidcDiscoveryUrl: issuer.url,
        boundIssuer: issuer.url,
        boundAudiences: AUDIENCES[side],
        boundSubject: GITHUB_SUBJECT,
      },
    }).identityId;
  const ids = { source: identityAt("source", "viewer"), destination: identityAt("destination", "member") };
  return {
    issuer,
    world,
    ids,
    environment: { ...issuer.github, INFISICAL_MACHINE_IDENTITY_ID: ids.source },
    /** What of the tokens, and of those that ask for them, stands in a text. */
    leaks: (text: string) => [
      ...issuer.issued.flatMap((jwt, index) =>
        leaksIn(text, {
          [`token ${index}`]: jwt.split(".")[2] ?? "",
          [`claims ${index}`]: jwt.split(".")[1] ?? "",
        }),
      ),
      ...leaksIn(text, { bearer: issuer.github.ACTIONS_ID_TOKEN_REQUEST_TOKEN }),
    ],
    universalLogins: () =>
      [world.source, world.destination].flatMap(({ server }) =>
        server.requests.filter(({ path }) => path.includes("universal-auth")),
      ),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}
type Life = Awaited<ReturnType<typeof start>>;

const oidcYaml = ({ world }: Life) =>
  syncsYaml(world)
    .replace(
      / {2}clientId: .*\n {2}clientSecret: .*\n/,
      `  auth: { oidc: { audience: ${AUDIENCES.source} } }\n`,
    )
    .replace(
      / {4}machineIdentityClientId: .*\n {4}machineIdentityClientSecret: .*\n/,
      `    auth: { oidc: { audience: ${AUDIENCES.destination} } }\n`,
    );

/** Every file below a folder, with those of links left out. */
async function textsBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"));
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "latin1")))).join(
    "\n",
  );
}

const PLAN_KEY = { EXTERNAL_INFISICAL_PLAN_KEY: "a key for plans of tests" };
const needsBuild = !existsSync(bin);

test.skipIf(needsBuild)("syncs.yaml in GitHub Actions (needs npm run build)", async () => {
  await using life = await start();
  const { world, ids, environment } = life;
  await using folder = await makeFolder(oidcYaml(life));
  const printed: string[] = [];
  const run = async (args: readonly string[], more: Record<string, string> = {}) => {
    const all = {
      PULUMI_HOME: join(folder.path, "home"),
      PULUMI_CONFIG_PASSPHRASE: QUICK_PASSPHRASE,
      PULUMI_BACKEND_URL: "",
    };
    const done = await runMain(folder.path, [...args, "--engine", "local"], {
      ...all,
      ...environment,
      ...PLAN_KEY,
      EXTERNAL_INFISICAL_DR_IDENTITY_ID: ids.destination,
      ...more,
    });
    printed.push(done.stdout, done.stderr);
    return done;
  };
  const doctor = await run(["doctor"]);
  expect(doctor.stdout).toMatch(
    new RegExp(
      `ok:.* source: login \\(identity ${ids.source} by OIDC Auth; the token from GitHub Actions says iss .*, sub "${GITHUB_SUBJECT}", aud "${AUDIENCES.source}", exp `,
    ),
  );
  const preview = await run([
    "preview",
    "--out",
    "plan.json",
    "--report",
    "html=review.html",
    "--report",
    "markdown=review.md",
    "--report",
    "json=review.json",
  ]);
  expect(preview, preview.stderr).toMatchObject({ code: 0 });
  const up = await run(["up", "--yes", "--plan", "plan.json"]);
  expect(up, up.stderr).toMatchObject({ code: 0 });
  expect(world.destination.read()).toEqual({ A: "1", B: "canary-value-of-b" });
  expect(await run(["preview", "--expect-no-changes"])).toMatchObject({ code: 0 });
  // Another identity, which may not log in with such a token, is refused and told what the token says.
  const stranger = world.destination.server.createIdentity({
    oidcAuth: {
      oidcDiscoveryUrl: life.issuer.url,
      boundIssuer: life.issuer.url,
      boundSubject: "repo:acme/other",
    },
  });
  const refused = await run(["doctor"], { EXTERNAL_INFISICAL_DR_IDENTITY_ID: stranger.identityId });
  expect(refused.code).toBe(4);
  expect(refused.stdout).toMatch(/subject not allowed/);
  expect(refused.stdout).toMatch(/Compare the token's sub/);
  const destroyed = await run(["destroy", "--yes"]);
  expect(destroyed, destroyed.stderr).toMatchObject({ code: 0 });
  expect(world.destination.read()).toEqual({});
  expect(life.universalLogins()).toEqual([]);
  expect(life.leaks([...printed, await textsBelow(folder.path)].join("\n"))).toEqual([]);
});

const programOf = ({ world, ids }: Life) => `
import { ExternalInfisicalConnection, ExternalInfisicalSecretSync } from "external-infisical";
const drSite = new ExternalInfisicalConnection("dr-site", {
  name: "dr-site",
  instanceUrl: "${world.destination.server.url}",
  auth: { oidc: { identityId: "${ids.destination}", tokenEnvironmentVariableName: "DR_ID_TOKEN" } },
});
export const method = drSite.method;
new ExternalInfisicalSecretSync("app", {
  name: "app",
  ${placesOf(world)}
  connection: drSite,
  syncOptions: { initialSyncBehavior: "overwrite-destination" },
  removeSecretsOnDelete: true,
});
`;

const placesOf = ({ source, destination }: World) => `
  projectId: "${source.projectId}", environment: "${source.environment}", secretPath: "${source.secretPath}",
  destinationConfig: { projectId: "${destination.projectId}", environment: "${destination.environment}", secretPath: "${destination.secretPath}" },`;

test.skipIf(needsBuild || !isThorough)(
  "a Pulumi program in GitLab, which sets variables (npm run test:all)",
  async () => {
    await using life = await start();
    const { world, issuer, ids } = life;
    await using folder = await makeStackFolder(join(root, "examples/quickstart"));
    await writeFile(join(folder.path, "index.ts"), programOf(life));
    await folder.write("package.json", { type: "module", private: true });
    const printed: string[] = [];
    const run = async (...args: string[]) => {
      const done = await spawnCommand(folder.path, [...args, "--engine", "local"], {
        ...folder.envVars,
        ...PLAN_KEY,
        PULUMI_BACKEND_URL: folder.backendUrl,
        INFISICAL_HOST: world.source.server.url,
        INFISICAL_AUTH_METHOD: "oidc",
        INFISICAL_MACHINE_IDENTITY_ID: ids.source,
        INFISICAL_AUTH_JWT: issuer.token({ sub: GITHUB_SUBJECT, aud: AUDIENCES.source }),
        DR_ID_TOKEN: issuer.token({ sub: GITHUB_SUBJECT, aud: AUDIENCES.destination }),
      }).ended;
      printed.push(done.stdout, done.stderr);
      expect(done, done.stderr).toMatchObject({ code: 0 });
      return done;
    };
    await run("preview", "--out", join(folder.stateFolder, "plan.json"));
    await run("up", "--yes");
    expect(world.destination.read()).toEqual({ A: "1", B: "canary-value-of-b" });
    world.source.put({ C: "3" });
    expect((await run("up", "--yes")).stdout).not.toMatch(/dr-site.*(?:update|replace)/);
    await run("destroy", "--yes");
    expect(world.destination.read()).toEqual({});
    expect(life.universalLogins()).toEqual([]);
    const left = [...printed, await textsBelow(folder.path), await textsBelow(folder.stateFolder)].join("\n");
    expect(left).toContain("DR_ID_TOKEN");
    expect(life.leaks(left)).toEqual([]);
  },
  180_000,
);

test("Terraform, in the official provider's form", async () => {
  await using life = await start();
  const { world, issuer, ids } = life;
  vi.stubEnv("INFISICAL_AUTH_JWT", issuer.token({ sub: GITHUB_SUBJECT, aud: AUDIENCES.source }));
  vi.stubEnv("DR_ID_TOKEN", issuer.token({ sub: GITHUB_SUBJECT, aud: AUDIENCES.destination }));
  try {
    const block: ObjectValue = {
      host: world.source.server.url,
      auth: { oidc: { identity_id: ids.source }, organization_slug: "local", universal: null },
    };
    await using provider = await startProvider(block);
    const { core, nextPhase } = provider;
    const connectionOf = (identity: string | null): ObjectValue => ({
      name: "dr-site",
      instance_url: world.destination.server.url,
      auth: { oidc: { identity_id: identity, token_environment_variable_name: "DR_ID_TOKEN" } },
    });
    const deploy = async () => {
      await nextPhase();
      const connection = await core.plan("connection", CONNECTION, connectionOf(ids.destination));
      const config = { ...syncBlock(world, {}), destination_connection: connection.planned ?? null };
      const sync = await core.plan("sync", SYNC, config);
      await nextPhase();
      await core.apply(connection);
      await core.apply(sync);
      return [connection.action, sync.action];
    };
    expect(await deploy()).toEqual(["create", "create"]);
    expect(world.destination.read()).toEqual({ A: "1", B: "canary-value-of-b" });
    world.source.put({ A: "2" });
    expect(await deploy()).toEqual(["none", "update"]);
    expect(await deploy()).toEqual(["none", "none"]);
    expect(world.destination.read()).toMatchObject({ A: "2" });
    // Both at once is one too many.
    const both = { ...connectionOf(null), machine_identity_client_id: ids.destination };
    await expect(core.plan("other", CONNECTION, both)).rejects.toThrow(/auth: must not stand beside/);
    // A token for the other instance is refused, and told.
    vi.stubEnv("DR_ID_TOKEN", issuer.token({ sub: GITHUB_SUBJECT, aud: AUDIENCES.source }));
    await nextPhase();
    // A read leaves what it could not see to the plan, which tells it.
    const unseen = Buffer.from((await core.refresh("connection"))?.private ?? []).toString();
    expect(unseen).toMatch(
      /the token from the environment variable DR_ID_TOKEN says .*aud \W*https:\/\/source\.example\.com.*audience not allowed/,
    );
    expect(life.universalLogins()).toEqual([]);
    const left = [
      ...[...core.state.values()].map(
        (entry) => JSON.stringify(entry.object) + Buffer.from(entry.private ?? []).toString("latin1"),
      ),
      ...core.transcript,
      ...provider.logged,
      unseen,
    ].join("\n");
    expect(left).toContain("DR_ID_TOKEN");
    expect(life.leaks(left)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
  }
});

test("values with references need a key where the connection has no client secret, and native execution has no such login", async () => {
  await using life = await start();
  const { world, ids, environment } = life;
  world.source.put({ GREETING: "hello ${A}" });
  for (const [name, value] of Object.entries({
    ...environment,
    EXTERNAL_INFISICAL_DR_SITE_IDENTITY_ID: ids.destination,
  }))
    vi.stubEnv(name, value);
  try {
    const block: ObjectValue = {
      host: world.source.server.url,
      auth: { oidc: { audience: AUDIENCES.source } },
    };
    await using provider = await startProvider(block);
    const { core, nextPhase } = provider;
    await nextPhase();
    const connection = (execution: string | null): ObjectValue => ({
      name: "dr-site",
      instance_url: world.destination.server.url,
      auth: { oidc: { audience: AUDIENCES.destination } },
      execution,
    });
    const planned = (await core.plan("connection", CONNECTION, connection(null))).planned;
    const sync = { ...syncBlock(world, {}), destination_connection: planned ?? null };
    await expect(core.plan("sync", SYNC, sync)).rejects.toThrow(
      /there is no key.*EXTERNAL_INFISICAL_FINGERPRINT_KEY/s,
    );
    await nextPhase({ ...block, fingerprint_key: "a key of more than 16 characters" });
    expect((await core.plan("sync", SYNC, sync)).planned?.["keys"]).toMatchObject({
      GREETING: expect.stringMatching(/~[0-9a-f]{8}$/),
    });
    await expect(core.plan("native", CONNECTION, connection("native"))).rejects.toThrow(
      /auth needs execution: "engine"; an instance logs in by Universal Auth alone/,
    );
  } finally {
    vi.unstubAllEnvs();
  }
});
