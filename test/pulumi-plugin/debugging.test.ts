/** A plugin that somebody has started in a debugger: Pulumi attaches to it, and each phase finds it as if started anew. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { root } from "../support/node.ts";
import { LANGUAGES } from "../support/plugin-languages.ts";
import { configureExample, openCliStack } from "../support/pulumi-cli-stack.ts";
import { startWorld, type World } from "../support/world.ts";

const BILLING = { environment: "prod", secretPath: "/billing" };

/** The plugin as its developer starts it: without an engine, with its own environment. */
async function startByHand({ source }: World) {
  const child = spawn(process.execPath, [join(root, "provider/pulumi-plugin/main.ts")], {
    env: {
      ...process.env,
      INFISICAL_HOST: source.server.url,
      INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: source.clientId,
      INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: source.clientSecret,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  const [[port], [told]] = (await Promise.all(
    [child.stdout, child.stderr].map((stream) => once(createInterface(stream), "line")),
  )) as [[string], [string]];
  return {
    port,
    told,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}

test("it says what to do with it", async () => {
  await using world = await startWorld();
  await using plugin = await startByHand(world);
  expect(plugin.port).toMatch(/^\d+$/);
  expect(plugin.told).toContain(`PULUMI_DEBUG_PROVIDERS=externalinfisical:${plugin.port}`);
});

const lacking = LANGUAGES.find(({ name }) => name === "yaml")?.lacking;

test.skipIf(lacking !== undefined)(
  `Pulumi deploys with it, phase by phase${lacking ? ` (not run: ${lacking})` : ""}`,
  { timeout: 300_000 },
  async () => {
    await using world = await startWorld();
    const { source, destination } = world;
    const from = { ...BILLING, projectId: source.projectId };
    const to = { ...BILLING, projectId: destination.projectId };
    source.server.putSecrets(from, { A: "1" });
    await using plugin = await startByHand(world);
    await using stack = await openCliStack(world, join(root, "examples/yaml"), {
      PULUMI_DEBUG_PROVIDERS: `externalinfisical:${plugin.port}`,
      // Not this one's, but the plugin's own.
      INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: "of-nobody",
    });
    await configureExample(stack, world);
    expect(await stack.pulumi("up", "--yes", "--diff")).toMatch(/A *: "1@/);
    expect(destination.server.readSecrets(to)).toEqual({ A: "1" });
    source.server.putSecrets(from, { A: "2" });
    expect(await stack.pulumi("preview", "--diff")).toMatch(/~ A *: "1@\w+" => "2@/);
    await stack.pulumi("up", "--yes", "--skip-preview");
    expect(destination.server.readSecrets(to)).toEqual({ A: "2" });
  },
);
