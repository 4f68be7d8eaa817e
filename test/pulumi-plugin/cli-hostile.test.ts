/** On the real Pulumi CLI: what programs and people do that the examples do not. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { root } from "../support/node.ts";
import { LANGUAGES } from "../support/plugin-languages.ts";
import { type CliStack, configureExample, openCliStack } from "../support/pulumi-cli-stack.ts";
import { startWorld, type World } from "../support/world.ts";

const lacking = LANGUAGES.find(({ name }) => name === "yaml")?.lacking;
const title = (what: string) => (lacking ? `${what} (not run: ${lacking})` : what);

const FOLDER = join(root, "examples/yaml");
const EXAMPLE = await readFile(join(FOLDER, "Pulumi.yaml"), "utf8");
const write = (stack: CliStack, program: string) => writeFile(join(stack.path, "Pulumi.yaml"), program);

const BILLING = { environment: "prod", secretPath: "/billing" };
const sides = ({ source, destination }: World) => ({
  from: { ...BILLING, projectId: source.projectId },
  to: { ...BILLING, projectId: destination.projectId },
});

async function open(world: World): Promise<CliStack> {
  const stack = await openCliStack(world, FOLDER);
  await configureExample(stack, world);
  return stack;
}

test.skipIf(lacking !== undefined)(
  title("an up that is interrupted records what was done, and the next one finishes"),
  { timeout: 300_000 },
  async () => {
    await using world = await startWorld();
    const { source, destination } = world;
    const { from, to } = sides(world);
    source.server.putSecrets(from, { A: "1" });
    destination.server.putSecrets(to, { OLD: "x" });
    await using stack = await open(world);
    const path = "/api/v4/secrets/batch";
    destination.server.fault({ kind: "delay", ms: 1500, path, method: "PATCH" });
    const { group, ended } = stack.start("up", "--yes", "--skip-preview");
    const isWriting = () =>
      destination.server.requests.some((one) => one.path === path && one.method === "PATCH");
    await vi.waitFor(() => expect(isWriting()).toBe(true), { timeout: 200_000, interval: 20 });
    process.kill(-group, "SIGINT");
    expect(await ended).toMatch(/stopped half-way \(1 created\)/);
    expect(destination.server.readSecrets(to)).toEqual({ A: "1", OLD: "x" });
    const state = await stack.pulumi("stack", "export");
    expect(state).toMatch(/"syncStatus": "failed"/);
    expect(state).not.toContain(destination.clientSecret);
    await stack.pulumi("up", "--yes", "--skip-preview");
    expect(destination.server.readSecrets(to)).toEqual({ A: "1" });
    await stack.pulumi("preview", "--expect-no-changes");
  },
);

test.skipIf(lacking !== undefined)(
  title("a second provider may have credentials that are known only when others have run"),
  { timeout: 300_000 },
  async () => {
    await using world = await startWorld();
    const { source, destination } = world;
    const { from, to } = sides(world);
    source.server.putSecrets(from, { A: "canary-one" });
    destination.server.putSecrets({ ...to, secretPath: "/other" }, { B: "canary-two" });
    const reader = source.server.createIdentity({
      memberships: [{ projectId: source.projectId, role: "member" }],
    });
    await using stack = await open(world);
    // It goes the other way round, from what is the destination above.
    await write(
      stack,
      EXAMPLE.replace(
        "outputs:\n",
        `  back:
    type: pulumi:providers:externalinfisical
    properties:
      host: ${destination.server.url}
      clientId: ${destination.clientId}
      clientSecret: ${destination.clientSecret}
      fingerprintKey: \${billing.syncId}
  home:
    type: externalinfisical:Connection
    options: { provider: "\${back}" }
    properties:
      name: home
      instanceUrl: ${source.server.url}
      machineIdentityClientId: ${reader.clientId}
      machineIdentityClientSecret: { fn::secret: ${reader.clientSecret} }
  other:
    type: externalinfisical:SecretSync
    options: { provider: "\${back}" }
    properties:
      name: other
      connection: \${home}
      projectId: ${destination.projectId}
      environment: prod
      secretPath: /other
      destinationConfig: { projectId: ${source.projectId}, environment: prod, secretPath: /other }
      syncOptions: { initialSyncBehavior: overwrite-destination }
outputs:
`,
      ),
    );
    const preview = await stack.pulumi("preview", "--diff");
    expect(preview).toMatch(/\+ externalinfisical:index:SecretSync: \(create\)[\s\S]*SecretSync::other/);
    await stack.pulumi("up", "--yes", "--skip-preview");
    expect(source.server.readSecrets({ ...from, secretPath: "/other" })).toEqual({ B: "canary-two" });
    expect(destination.server.readSecrets(to)).toEqual({ A: "canary-one" });
    await stack.pulumi("preview", "--expect-no-changes");
    const state = await stack.pulumi("stack", "export");
    for (const secret of ["canary-", reader.clientSecret, destination.clientSecret])
      expect(state).not.toContain(secret);
    await stack.pulumi("destroy", "--yes", "--skip-preview");
  },
);

test.skipIf(lacking !== undefined)(
  title("a program may ask for a new resource where one would be updated, and for a connection as a secret"),
  { timeout: 300_000 },
  async () => {
    await using world = await startWorld();
    const { source, destination } = world;
    const { from, to } = sides(world);
    source.server.putSecrets(from, { A: "1" });
    source.server.putSecrets({ ...from, secretPath: "/next" }, { B: "2" });
    await using stack = await open(world);
    const program = EXAMPLE.replace(
      "externalinfisical:SecretSync\n",
      "$&    options: { replaceOnChanges: [secretPath] }\n",
    ).replace("connection: ${dr-site}", 'connection: { fn::secret: "${dr-site}" }');
    await write(stack, program);
    await stack.pulumi("up", "--yes", "--skip-preview");
    await write(stack, program.replace("secretPath: /billing", "secretPath: /next"));
    expect(await stack.pulumi("preview", "--diff")).toMatch(/SecretSync: \(replace\)/);
    await stack.pulumi("up", "--yes", "--skip-preview");
    expect(destination.server.readSecrets(to)).toEqual({ B: "2" });
    await stack.pulumi("preview", "--expect-no-changes");
  },
);

test.skipIf(lacking !== undefined)(
  title("a program calls the functions, of a connection that is not there yet, too"),
  { timeout: 300_000 },
  async () => {
    await using world = await startWorld();
    const { source, destination } = world;
    const { from, to } = sides(world);
    source.server.putSecrets(from, { A: "1" });
    destination.server.putSecrets(to, { OLD: "x" });
    await using stack = await open(world);
    const [program = ""] = EXAMPLE.split("  billing:\n");
    await write(
      stack,
      `${program}outputs:
  seen:
    fn::invoke:
      function: externalinfisical:getProjects
      arguments: { projectId: ${source.projectId} }
  plan:
    fn::invoke:
      function: externalinfisical:planSync
      arguments:
        connection: \${dr-site}
        projectId: ${source.projectId}
        environment: prod
        secretPath: /billing
        destinationConfig: { projectId: ${destination.projectId}, environment: prod, secretPath: /billing }
        syncOptions: { initialSyncBehavior: overwrite-destination }
`,
    );
    await stack.pulumi("preview");
    await stack.pulumi("up", "--yes", "--skip-preview");
    const outputs = await stack.pulumi("stack", "output", "--json");
    expect(outputs).toMatch(/"action": "create",[^}]*"key": "A"/);
    expect(outputs).toMatch(/"action": "delete",[^}]*"key": "OLD"/);
    expect(outputs).toContain(`"id": "${source.projectId}"`);
    expect(destination.server.readSecrets(to)).toEqual({ OLD: "x" });
  },
);
