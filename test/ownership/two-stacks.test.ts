/** Two stacks of real tools on one folder: the second one is told whose the keys are, and never touches them. */
import { describe, expect, it } from "vitest";
import type { Driver } from "../drivers/driver.ts";
import { localEngine } from "../drivers/local-engine.ts";
import { pulumiCli } from "../drivers/pulumi-cli.ts";
import { terraformClis } from "../drivers/terraform-cli.ts";
import { terraformRpc } from "../drivers/terraform-rpc.ts";
import { isThorough } from "../support/thorough.ts";
import { startWorld } from "../support/world.ts";
import { listen, marking } from "./destination.ts";

/** Where the first stack is, as its marks tell: Terraform has no name for that. */
const drivers: readonly { driver: Driver; place: string }[] = [
  { driver: localEngine, place: ", stack scenario/test" },
  { driver: pulumiCli, place: ", stack scenario/test" },
  { driver: terraformRpc, place: "" },
  ...terraformClis.map((driver) => ({ driver, place: "" })),
];

describe.each(drivers)("$driver.name", ({ driver, place }) => {
  const isLeftOut = driver === localEngine && !isThorough ? "only in npm run test:all" : undefined;
  const reason = driver.unavailable ?? isLeftOut;
  const why = reason === undefined ? "" : ` (${reason})`;

  it.skipIf(why !== "")(
    `two stacks, one folder${why}`,
    async () => {
      await using world = await startWorld({ source: { A: "1", B: "2" }, destination: {} });
      const { server, projectId, environment } = world.source;
      const owner = `dr-billing of project ${projectId} prod:/app${place} at ${server.url}`;
      server.putSecrets({ projectId, environment, secretPath: "/other" }, { MINE: "m" });
      await using first = await driver.open(world);
      await using second = await driver.open(world);
      using output = listen();
      await first.deploy(marking);

      // The same source, and other values of it by now.
      world.source.put({ A: "changed" });
      const same = { name: "second" };
      const refusal = `marked as another sync's: A, B (${owner})`;
      expect(await failureOf(second.preview(same))).toContain(refusal);
      expect(await failureOf(second.deploy(same))).toContain(refusal);
      expect(world.destination.read()).toEqual({ A: "1", B: "2" });

      // Another source, beside whose keys those of the first stack would be deleted.
      const beside = { name: "second", secretPath: "/other", removeSecretsOnDelete: true };
      await second.deploy(beside);
      expect(world.destination.read()).toEqual({ A: "1", B: "2", MINE: "m" });
      expect(onOneLine(second.transcript() + output.told())).toContain(
        `not deleted, since they are marked as another sync's: A, B (${owner})`,
      );
      await second.destroy();
      expect(world.destination.read()).toEqual({ A: "1", B: "2" });
      await first.deploy(marking);
      expect(world.destination.read()).toEqual({ A: "changed", B: "2" });
    },
    240_000,
  );
});

const failureOf = async (work: Promise<unknown>) =>
  onOneLine(await work.then(() => "It did not fail.").catch((error: Error) => error.message));

/** Terraform breaks lines. */
const onOneLine = (text: string) => text.replaceAll(/\s+/g, " ");
