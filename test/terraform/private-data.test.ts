/** What Terraform compares byte by byte to tell whether something has changed outside of it. */
import { expect, it } from "vitest";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import { CONNECTION, SYNC, startProvider } from "../support/terraform/provider.ts";
import type { WorldOptions } from "../support/world.ts";
import { startWorld } from "../support/world.ts";

const CASES: Record<string, { world: WorldOptions; args?: SyncArguments }> = {
  "in engine execution": { world: { source: { A: "1", B: "2" }, destination: { B: "0", OLD: "x" } } },
  "with foreign keys that stay": {
    world: { source: { A: "1", B: "${NOWHERE}" }, destination: { OLD: "x" } },
    args: {
      syncOptions: { initialSyncBehavior: "overwrite-destination", unownedKeys: "keep", ownershipMark: true },
    },
  },
  "in native execution": { world: { execution: "native", source: { A: "1" }, destination: { OLD: "x" } } },
};

it.each(Object.entries(CASES))(
  "a read right after an apply finds nothing changed, %s",
  async (_name, one) => {
    await using world = await startWorld(one.world);
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    const deploy = async () => {
      await nextPhase();
      await core.apply(await core.plan("connection", CONNECTION, connectionBlock(world)));
      const destination_connection = core.state.get("connection")?.object ?? null;
      await core.apply(
        await core.plan("sync", SYNC, { ...syncBlock(world, one.args ?? {}), destination_connection }),
      );
    };
    const expectUnchanged = async () => {
      await nextPhase();
      for (const [name, entry] of core.state) {
        const read = await core.refresh(name);
        expect(read?.object).toEqual(entry.object);
        expect(String(read?.private)).toEqual(String(entry.private));
      }
    };
    await deploy();
    await expectUnchanged();
    // An update begins with what a read has left.
    world.source.put({ A: "2" });
    await deploy();
    await expectUnchanged();
  },
);
