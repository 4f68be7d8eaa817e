/** No value of a secret, and no client secret, is in anything that a run leaves, shows or throws. */
import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { direct } from "../drivers/direct.ts";
import type { Driver } from "../drivers/driver.ts";
import { localEngine } from "../drivers/local-engine.ts";
import { pulumiCli } from "../drivers/pulumi-cli.ts";
import { pulumiPlugin } from "../drivers/pulumi-plugin.ts";
import { terraformRpc } from "../drivers/terraform-rpc.ts";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { isThorough } from "../support/thorough.ts";
import { startWorld } from "../support/world.ts";
import { plantedSides, plantValues } from "./planted.ts";
import { leaksIn } from "./search.ts";

const BATCH = "/api/v4/secrets/batch";

const drivers: readonly Driver[] = [direct, localEngine, terraformRpc, pulumiPlugin, pulumiCli];

describe.each(drivers)("$name", (driver) => {
  // The built command is searched on the local engine in command.test.ts.
  const isLeftOut = driver === localEngine && !isThorough ? "npm run test:all" : undefined;
  const reason = driver.unavailable ?? isLeftOut;
  const why = reason === undefined ? "" : ` (${reason})`;

  it.skipIf(why !== "")(
    `keeps planted values to itself through a whole life, failures included${why}`,
    async () => {
      const log = vi.spyOn(console, "log").mockImplementation(() => {});
      const here = plantValues();
      const there = plantValues();
      const later = plantValues();
      await using world = await startWorld({
        ...plantedSides(here, there),
      });
      await using stack = await driver.open(world);
      const left: string[] = [];
      const deploy = async (args: SyncArguments = {}) => {
        await stack.deploy(args).catch((error: unknown) => {
          left.push(inspect(error, { depth: null, showHidden: true }), JSON.stringify(error), String(error));
        });
        left.push(await stack.state());
      };

      // The server repeats what it was sent, as a careless proxy would.
      world.destination.server.fault({
        kind: "status",
        status: 400,
        path: BATCH,
        body: { message: `bad values ${here.password} and ${here.pem} and ${JSON.stringify(here.quoted)}` },
      });
      await deploy();
      await deploy();
      world.source.put({ PASSWORD: later.password, SHORT: later.short, UNICODE: later.unicode });
      world.destination.put({ PEM: later.pem });
      world.destination.server.fault({ kind: "status", status: 403, path: BATCH, method: "DELETE" });
      world.source.drop("URL");
      await deploy();
      await stack.refresh({});
      await deploy({ removeSecretsOnDelete: true });
      await stack.destroy();
      left.push(await stack.state(), stack.transcript(), ...log.mock.calls.map((args) => args.join(" ")));
      log.mockRestore();

      const everything = left.join("\n");
      expect(everything).toContain("PASSWORD");
      expect([here, there, later].flatMap((planted) => leaksIn(everything, planted))).toEqual([]);
      // In the provider's own calls the client secret travels in clear, as Pulumi passes it, and a Terraform state
      // holds sensitive arguments as they are; engines must hide it.
      const isEngine = driver === localEngine || driver === pulumiCli;
      const credentials = {
        "source's client secret": world.source.clientSecret,
        ...(isEngine && {
          "destination's client secret": world.destination.clientSecret,
          passphrase: "only for tests",
        }),
      };
      expect(leaksIn(everything, credentials)).toEqual([]);
    },
  );
});
