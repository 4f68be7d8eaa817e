/** No value of a secret, and no client secret, is in anything that a run leaves, shows or throws. */
import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { direct } from "../drivers/direct.ts";
import type { Driver } from "../drivers/driver.ts";
import { localEngine } from "../drivers/local-engine.ts";
import { terraformRpc } from "../drivers/terraform-rpc.ts";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { startWorld } from "../support/world.ts";

const BATCH = "/api/v4/secrets/batch";

describe.each([direct, localEngine, terraformRpc] satisfies Driver[])("$name", (driver) => {
  it("keeps planted values to itself through a whole life, failures included", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    await using world = await startWorld({
      source: {
        PASSWORD: "canary-one",
        PEM: "canary-two\nsecond line\n",
        URL: "https://${PASSWORD}@canary-three",
      },
      destination: { FOREIGN: "canary-four" },
    });
    await using stack = await driver.open(world);
    const left: string[] = [];
    const deploy = async (args: SyncArguments = {}) => {
      await stack.deploy(args).catch((error: unknown) => {
        left.push(inspect(error, { depth: 12, showHidden: true }), JSON.stringify(error), String(error));
      });
      left.push(await stack.state());
    };

    // The server repeats what it was sent, as a careless proxy would.
    world.destination.server.fault({
      kind: "status",
      status: 400,
      path: BATCH,
      body: '{"message":"bad value canary-one"}',
    });
    await deploy();
    await deploy();
    world.source.put({ PASSWORD: "canary-five", NEW: "canary-six" });
    world.destination.put({ PEM: "canary-seven" });
    world.destination.server.fault({ kind: "status", status: 403, path: BATCH, method: "DELETE" });
    world.source.drop("URL");
    await deploy();
    await stack.refresh({});
    await deploy({ removeSecretsOnDelete: true });
    await stack.destroy();
    left.push(await stack.state(), stack.transcript(), ...log.mock.calls.map((args) => args.join(" ")));

    const everything = left.join("\n");
    expect(everything).toContain("PASSWORD");
    expect(everything.match(/canary-\w+/g)).toBeNull();
    // In the provider's own calls the client secret travels in clear, as Pulumi passes it, and a Terraform state
    // holds sensitive arguments as they are; engines must hide it.
    const secrets =
      driver === localEngine
        ? [world.source.clientSecret, world.destination.clientSecret]
        : [world.source.clientSecret];
    for (const secret of secrets) expect(everything.includes(secret), "a client secret").toBe(false);
    log.mockRestore();
  });
});
