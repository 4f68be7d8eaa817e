/** The examples do what they say, as a user would run them. */
import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "./support/node.ts";
import { runMain } from "./support/run-in-process.ts";
import { makeStackFolder, type StackFolder } from "./support/stack-folder.ts";
import { isThorough } from "./support/thorough.ts";
import { startWorld, type World } from "./support/world.ts";

const run = promisify(execFile);
const example = (name: string) => join(root, "examples", name);
const UP = ["up", "--yes", "--skip-preview", "--engine", "local"];

/** What a user of the quickstart has in the environment, and gives as configuration. */
function settingsOf({ source, destination }: World, folder: StackFolder) {
  const config = {
    instanceUrl: destination.server.url,
    machineIdentityClientId: destination.clientId,
    projectId: source.projectId,
    destinationProjectId: destination.projectId,
  };
  const given = Object.entries(config).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  return {
    env: {
      ...folder.envVars,
      PULUMI_BACKEND_URL: folder.backendUrl,
      INFISICAL_HOST: source.server.url,
      INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: source.clientId,
      INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: source.clientSecret,
      machineIdentityClientSecret: destination.clientSecret,
    },
    configuration: [...given, "--secret-config", "machineIdentityClientSecret"],
  };
}

/** Runs programmatic on a stack that is deployed, after a key of the folder billing has changed. */
async function review(folder: StackFolder, env: NodeJS.ProcessEnv, ...policies: string[]) {
  await cp(example("programmatic/review-bot.ts"), join(folder.path, "review-bot.ts"));
  return run(process.execPath, ["review-bot.ts", ".", ...policies], {
    cwd: folder.path,
    // A preview, and a deployment with another before: with the local engine, which is the faster one.
    env: {
      ...process.env,
      ...env,
      PATH: dirname(process.execPath),
      EXTERNAL_INFISICAL_PLAN_KEY: "a-key-of-16-and-more-characters",
    },
  });
}

async function expectReviewed(
  folder: StackFolder,
  { stdout, stderr }: Record<"stdout" | "stderr", string>,
): Promise<void> {
  expect(stdout).toMatch(/succeeded .*update: 1/s);
  const text = await readFile(join(folder.path, "review.md"), "utf8");
  expect(text).toMatch(/billing/);
  expect(stdout + stderr + text).not.toContain("canary-value");
}

const reviewed = isThorough
  ? ", reviewed and deployed by programmatic"
  : " (reviewed, too: npm run test:all)";
test(`quickstart${reviewed}`, { timeout: 180_000 }, async () => {
  await using world = await startWorld();
  await using folder = await makeStackFolder(example("quickstart"));
  const { source, destination } = world;
  const place = { environment: "prod", secretPath: "/billing" };
  const from = { projectId: source.projectId, ...place };
  const to = { projectId: destination.projectId, ...place };
  source.server.putSecrets(from, { A: "1", B: "canary-value" });
  const { env, configuration } = settingsOf(world, folder);
  const { stdout: shown } = await runMain(folder.path, [...UP, ...configuration], env);
  expect(shown).toMatch(/\+ A\s+1@/);
  expect(shown).not.toContain("canary-value");
  expect(destination.server.readSecrets(to)).toEqual({ A: "1", B: "canary-value" });
  if (!isThorough) return;

  source.server.putSecrets(from, { A: "2" });
  await writeFile(join(folder.path, "policies.yaml"), 'policies: { denyKeys: ["A"] }');
  const refused = { code: 5, stdout: expect.stringMatching(/not deployed: denyKeys: billing: /) };
  await expect(review(folder, env, "policies.yaml")).rejects.toMatchObject(refused);
  expect(destination.server.readSecrets(to)).toEqual({ A: "1", B: "canary-value" });
  await expectReviewed(folder, await review(folder, env));
  expect(destination.server.readSecrets(to)).toEqual({ A: "2", B: "canary-value" });
});

test.skipIf(!isThorough)("native: the source instance runs the sync (npm run test:all)", async () => {
  await using world = await startWorld({ execution: "native" });
  await using folder = await makeStackFolder(example("native"));
  const { source, destination } = world;
  const place = { environment: "prod", secretPath: "/billing" };
  source.server.putSecrets({ projectId: source.projectId, ...place }, { A: "1" });
  const { env, configuration } = settingsOf(world, folder);
  const { stdout } = await runMain(folder.path, [...UP, ...configuration], env);
  expect(stdout).toMatch(/\+ 3 created/);
  expect(destination.server.readSecrets({ projectId: destination.projectId, ...place })).toEqual({ A: "1" });
});

test("inline: a syncs.yaml without a program, reviewed and deployed by programmatic", async () => {
  await using world = await startWorld();
  await using folder = await makeStackFolder(example("inline"));
  const { source, destination } = world;
  const put = (secretPath: string, KEY: string) =>
    source.server.putSecrets({ projectId: source.projectId, environment: "prod", secretPath }, { KEY });
  const pushed = () =>
    ["/billing", "/shop"].map((secretPath) =>
      destination.server.readSecrets({ projectId: destination.projectId, environment: "prod", secretPath }),
    );
  put("/billing", "canary-value");
  put("/shop", "s");
  const text = await readFile(join(folder.path, "syncs.yaml"), "utf8");
  const filled = text
    .replace("https://app.infisical.com", source.server.url)
    .replace("https://infisical.example.com", destination.server.url)
    .replace("11111111-1111-4111-8111-111111111111", source.clientId)
    .replace("22222222-2222-4222-8222-222222222222", destination.clientId)
    .replace("33333333-3333-4333-8333-333333333333", source.projectId)
    .replace("44444444-4444-4444-8444-444444444444", destination.projectId);
  await writeFile(join(folder.path, "syncs.yaml"), filled);
  const env = {
    ...folder.envVars,
    PULUMI_BACKEND_URL: folder.backendUrl,
    SOURCE_CLIENT_SECRET: source.clientSecret,
    DR_CLIENT_SECRET: destination.clientSecret,
  };
  const { stdout } = await runMain(folder.path, [...UP, "-f", "syncs.yaml"], env);
  expect(stdout).toMatch(/\+ 4 created/);
  expect(pushed()).toEqual([{ KEY: "canary-value" }, { KEY: "s" }]);

  put("/billing", "canary-value-2");
  await expectReviewed(folder, await review(folder, env));
  expect(pushed()).toEqual([{ KEY: "canary-value-2" }, { KEY: "s" }]);
});
