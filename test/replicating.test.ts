/** The page about whole projects: what it declares does what it says. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "./support/command-folder.ts";
import { root } from "./support/node.ts";
import { runInProcess } from "./support/run-in-process.ts";
import { startWorld } from "./support/world.ts";

const ENVIRONMENTS = ["dev", "staging", "prod"];

test("all folders of three environments arrive, and stay alike", async () => {
  await using world = await startWorld();
  const { source, destination } = world;
  const page = await readFile(join(root, "docs/replicating-a-project.md"), "utf8");
  const yaml = (/```yaml\n(.*?)```/s.exec(page)?.[1] ?? "")
    .replace("https://app.infisical.com", source.server.url)
    .replace("https://infisical.example.com", destination.server.url)
    .replace("11111111-1111-4111-8111-111111111111", source.clientId)
    .replace("22222222-2222-4222-8222-222222222222", destination.clientId)
    .replace("33333333-3333-4333-8333-333333333333", source.projectId)
    .replace("44444444-4444-4444-8444-444444444444", destination.projectId);
  await using folder = await makeFolder(yaml);
  const at = (side: typeof source, environment: string, secretPath: string) => ({
    projectId: side.projectId,
    environment,
    secretPath,
  });
  for (const environment of ENVIRONMENTS) {
    source.server.putSecrets(at(source, environment, "/"), { ENVIRONMENT: environment });
    source.server.putSecrets(at(source, environment, "/api/v1"), { URL: "${KEY}/url", KEY: "k" });
  }
  const secrets = { STANDBY_SECRET: destination.clientSecret, PULUMI_BACKEND_URL: `file://${folder.path}` };
  const run = (...args: string[]) =>
    runInProcess(world, folder.path, [...args, "--engine", "local"], undefined, secrets);

  const first = await run("up", "--yes");
  expect(first.code, first.stderr).toBe(0);
  expect(first.stdout).toContain("9 created in 3 syncs");
  for (const environment of ENVIRONMENTS) {
    const read = (secretPath: string) =>
      destination.server.readSecrets(at(destination, environment, secretPath));
    expect(read("/")).toEqual({ ENVIRONMENT: environment });
    expect(read("/api/v1")).toEqual({ URL: "k/url", KEY: "k" });
  }
  source.server.putSecrets(at(source, "prod", "/api/v1"), { KEY: "new" });
  const second = await run("preview", "--sync", "webshop-prod");
  expect(second.stdout).toContain("api/v1/KEY");
  expect(second.stdout).toMatch(/1 to update/);
});
