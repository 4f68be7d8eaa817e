/** On the real Pulumi CLI: what is there already comes under the plugin, and no key is written. */
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pulumiPlugin } from "../drivers/pulumi-plugin.ts";
import { root } from "../support/node.ts";
import { LANGUAGES } from "../support/plugin-languages.ts";
import { type CliStack, configureExample, openCliStack } from "../support/pulumi-cli-stack.ts";
import { writesOf } from "../support/pulumi-plugin-calls.ts";
import { startWorld } from "../support/world.ts";

const lacking = LANGUAGES.find(({ name }) => name === "yaml")?.lacking;
const title = (what: string) => (lacking ? `${what} (not run: ${lacking})` : what);

const example = (name: string) => join(root, "examples", name);
const EXAMPLE = await readFile(join(example("yaml"), "Pulumi.yaml"), "utf8");

const write = (stack: CliStack, program: string) => writeFile(join(stack.path, "Pulumi.yaml"), program);

/** The program with options for its two resources. */
const withOptions = (program: string, connection: string, sync: string) =>
  program
    .replace("externalinfisical:Connection\n", `$&    options: ${connection}\n`)
    .replace("externalinfisical:SecretSync\n", `$&    options: ${sync}\n`);

test.skipIf(lacking !== undefined)(
  title("a stack of the dynamic resources goes on with the plugin, by aliases"),
  { timeout: 300_000 },
  async () => {
    await using world = await startWorld();
    const { source } = world;
    const at = { environment: "prod", secretPath: "/billing" };
    source.server.putSecrets({ ...at, projectId: source.projectId }, { A: "1", B: "2" });
    await using stack = await openCliStack(world, example("quickstart"));
    const packages = join(stack.path, "node_modules/@pulumi");
    await mkdir(packages, { recursive: true });
    await symlink(root, join(stack.path, "node_modules/external-infisical"));
    await symlink(join(root, "node_modules/@pulumi/pulumi"), join(packages, "pulumi"));
    await writeFile(join(stack.path, "package.json"), '{ "type": "module" }');
    await configureExample(stack, world);
    await stack.pulumi("up", "--yes", "--skip-preview");
    const written = writesOf(world).length;
    expect(written).toBeGreaterThan(0);

    await rm(join(stack.path, "package.json"));
    const type = (of: string) => `{ aliases: [{ type: "pulumi-nodejs:dynamic/external-infisical:${of}" }] }`;
    const program = EXAMPLE.replace("name: dr-site", "name: external-infisical-quickstart").replace(
      "name: billing\n",
      "name: billing-to-dr\n",
    );
    await write(
      stack,
      withOptions(program, type("ExternalInfisicalConnection"), type("ExternalInfisicalSecretSync")),
    );
    const shown = await stack.pulumi("preview", "--diff");
    expect(shown).toMatch(/~ externalinfisical:index:Connection: \(update\)/);
    expect(shown).toMatch(/~ externalinfisical:index:SecretSync: \(update\)/);
    expect(shown).not.toMatch(/\(create\)|\(replace\)|[+~-] keys/);
    await stack.pulumi("up", "--yes", "--skip-preview");
    expect(await stack.pulumi("stack", "export")).not.toMatch(/__provider|pulumi-nodejs:dynamic/);
    // The aliases have done what they are for.
    await write(stack, program);
    await stack.pulumi("preview", "--expect-no-changes");
    expect(writesOf(world).length).toBe(written);
  },
);

test.skipIf(lacking !== undefined)(
  title("a sync of the engine is imported by the option of its resource"),
  { timeout: 300_000 },
  async () => {
    await using world = await startWorld();
    const { source, destination } = world;
    const at = { environment: "prod", secretPath: "/billing" };
    for (const { server, projectId } of [source, destination])
      server.putSecrets({ ...at, projectId }, { A: "1" });
    const before = writesOf(world).length;
    await using stack = await openCliStack(world, example("yaml"));
    await configureExample(stack, world);
    const id = `${source.projectId}/prod/billing::billing`;
    await write(stack, withOptions(EXAMPLE, "{}", `{ import: "${id}" }`));
    expect(await stack.pulumi("preview", "--diff")).toMatch(/A: "unchanged \(at the destination already\)"/);
    await stack.pulumi("up", "--yes", "--skip-preview");
    await stack.pulumi("preview", "--expect-no-changes");
    await write(stack, EXAMPLE);
    await stack.pulumi("preview", "--expect-no-changes");
    expect(writesOf(world).length).toBe(before);

    const file = join(stack.path, "written.yaml");
    const other = `${source.projectId}/prod/other::other`;
    const type = "externalinfisical:index:SecretSync";
    await stack.pulumi("import", type, "other", other, "--yes", "--out", file);
    expect(await readFile(file, "utf8")).toContain("secretPath: <secret path>");
  },
);

test.skipIf(lacking !== undefined)(
  title("native objects are imported, and the program that is written for them changes nothing"),
  { timeout: 300_000 },
  async () => {
    const execution = "native";
    await using world = await startWorld({
      execution,
      connectionSecret: "configuration",
      source: { A: "1" },
    });
    await using other = await pulumiPlugin.open(world);
    await other.deploy({});
    const written = writesOf(world).length;
    await using stack = await openCliStack(world, example("yaml"));
    const secret = `externalinfisical:connectionSecrets.dr-site=${world.destination.clientSecret}`;
    await stack.pulumi("config", "set-all", "--path", "--secret", secret);
    await write(stack, "name: dr-site\nruntime: yaml\n");
    const imported = async (type: string, id: string): Promise<string> => {
      const file = `${type}.yaml`;
      await stack.pulumi("import", `externalinfisical:index:${type}`, type, id, "--yes", "--out", file);
      return readFile(join(stack.path, file), "utf8");
    };
    const connection = await imported("Connection", "dr-site");
    const sync = await imported("SecretSync", `${world.source.projectId}::dr-billing`);
    await write(stack, `name: dr-site\nruntime: yaml\n${connection}${sync.replace("resources:\n", "")}`);
    await stack.pulumi("preview", "--expect-no-changes");
    await stack.pulumi("refresh", "--yes", "--expect-no-changes");
    expect(writesOf(world).length).toBe(written);
  },
);
