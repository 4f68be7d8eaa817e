/** The Terraform provider under Pulumi's own bridge: what docs/pulumi-bridge.md says of it. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lacking, openBridgedStack } from "../support/bridged-stack.ts";
import { root } from "../support/node.ts";
import { printedFiles } from "../support/printed.ts";
import { isThorough } from "../support/thorough.ts";
import { startWorld, type World } from "../support/world.ts";

const page = await readFile(join(root, "docs/pulumi-bridge.md"), "utf8");
const [[, PROGRAM = ""] = []] = printedFiles(page);
const BILLING = { environment: "prod", secretPath: "/billing" };
const reason = lacking ?? (isThorough ? undefined : "only in npm run test:all");

/** The page's program over the world's places, in a stack of its own. */
async function open(world: World) {
  const { source, destination } = world;
  const program = PROGRAM.replace("http://127.0.0.1:8091", destination.server.url)
    .replace("44444444-4444-4444-8444-444444444444", destination.clientId)
    .replace("11111111-1111-4111-8111-111111111111", source.projectId)
    .replace("33333333-3333-4333-8333-333333333333", destination.projectId);
  const folder = await mkdtemp(join(tmpdir(), "external-infisical-program-"));
  await writeFile(join(folder, "Pulumi.yaml"), program);
  const stack = await openBridgedStack(world, folder);
  await rm(folder, { recursive: true });
  const secret = `externalinfisical:connectionSecrets.dr-site=${destination.clientSecret}`;
  await stack.pulumi("config", "set-all", "--path", "--secret", secret);
  const at = {
    from: { ...BILLING, projectId: source.projectId },
    to: { ...BILLING, projectId: destination.projectId },
  };
  return {
    pulumi: stack.pulumi,
    put: (secrets: Record<string, string>) => source.server.putSecrets(at.from, secrets),
    drift: (secrets: Record<string, string>) => destination.server.putSecrets(at.to, secrets),
    held: () => destination.server.readSecrets(at.to),
    /** The program with one line of the sync replaced, or the program as it is. */
    write: (line = "", by = "") => writeFile(join(stack.path, "Pulumi.yaml"), program.replace(line, by)),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

test.skipIf(reason !== undefined)(
  `the page's program${reason ? ` (not run: ${reason})` : ""}`,
  { timeout: 300_000 },
  async () => {
    await using world = await startWorld();
    await using stack = await open(world);
    const { pulumi, put, drift, held, write } = stack;
    put({ DB_PASSWORD: "canary-one" });
    drift({ OLD_TOKEN: "canary-old" });

    // As the page shows it.
    expect(await pulumi("preview")).toMatch(
      /warning: \[WARNING\] About this sync: At the destination:\n\s+OLD_TOKEN: delete \(destination has 1@\w+, not written by this sync\)\n\s+\+ DB_PASSWORD\n/,
    );
    expect(held()).toEqual({ OLD_TOKEN: "canary-old" });

    // A run that stops half-way leaves no state, and the next one finishes.
    const { server } = world.destination;
    server.fault({ kind: "status", status: 403, path: "/api/v4/secrets/batch", method: "DELETE" });
    await expect(pulumi("up", "--yes", "--skip-preview")).rejects.toThrow(/The run stopped half-way/);
    server.clearFaults();
    expect(held()).toEqual({ DB_PASSWORD: "canary-one", OLD_TOKEN: "canary-old" });
    expect(await pulumi("stack", "export")).not.toContain("SecretSync::billing");
    await pulumi("up", "--yes", "--skip-preview");
    expect(held()).toEqual({ DB_PASSWORD: "canary-one" });
    await pulumi("preview", "--expect-no-changes");

    // Both sides are looked at after a refresh, and without one.
    await pulumi("refresh", "--yes", "--skip-preview");
    put({ DB_PASSWORD: "canary-two" });
    expect(await pulumi("preview")).toMatch(/At the destination:\n\s+~ DB_PASSWORD\n/);
    await pulumi("up", "--yes", "--skip-preview");
    drift({ DB_PASSWORD: "canary-by-hand" });
    await expect(pulumi("preview", "--expect-no-changes")).rejects.toThrow();
    await pulumi("up", "--yes", "--skip-preview");
    expect(held()).toEqual({ DB_PASSWORD: "canary-two" });

    await write("name: billing\n", "name: billing\n      removeSecretsOnDelete: true\n");
    await expect(pulumi("preview")).rejects.toThrow(
      /none could be removed\.\s+Set removeSecretsOnDelete to false/,
    );
    await write();

    const state = await pulumi("stack", "export");
    for (const canary of ["canary-", world.destination.clientSecret, world.source.clientSecret])
      expect(state).not.toContain(canary);
    await pulumi("destroy", "--yes", "--skip-preview");
    expect(held()).toEqual({ DB_PASSWORD: "canary-two" });
    // Without a name that is given.
    await write("      name: billing\n", "");
    expect(await pulumi("preview")).toMatch(/The name billing-[0-9a-f]{7} looks made up by Pulumi/);
  },
);
