/** Marks, as the Terraform data source `externalinfisical_plan` takes notice of them. */
import { expect, test } from "vitest";
import { directRuns } from "../drivers/direct.ts";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import { startProvider } from "../support/terraform/provider.ts";
import { startWorld, type World } from "../support/world.ts";
import { mark, marking } from "./destination.ts";

/** Looks at the world's places, as `name` or as nobody. */
async function look(world: World, { name, ...args }: SyncArguments = {}) {
  await using provider = await startProvider(providerBlock(world));
  await provider.nextPhase();
  const { name: _own, ...places } = syncBlock(world, args);
  return await provider.core.look("externalinfisical_plan", {
    ...places,
    ...(name !== undefined && { name }),
    destination_connection: connectionBlock(world),
  });
}

const OWN = { name: "dr-billing" };

test.each([
  ["as the sync", OWN],
  ["as nobody", {}],
])("%s: what a run would refuse is refused, and named with its owner", async (_name, who) => {
  await using world = await startWorld({ source: { A: "1", B: "2" }, destination: { A: "0", B: "2" } });
  await mark(world.destination, "A");
  await expect(look(world, who)).rejects.toThrow(
    /marked as another sync's: A \(theirs of project p9 prod:\/x at https:\/\/their\.example\).*take_over_from/s,
  );
});

test.each([
  ["as the sync", OWN],
  ["as nobody", {}],
])("%s: another sync's key that the source lacks is kept, and it is told why", async (_name, who) => {
  await using world = await startWorld({ source: { A: "1" }, destination: { OLD: "o", THEIRS: "t" } });
  await mark(world.destination, "THEIRS");
  expect(await look(world, who)).toMatchObject({
    actions: [
      { key: "A", action: "create", why: null },
      { key: "OLD", action: "delete" },
      { key: "THEIRS", action: "kept", why: expect.stringMatching(/^marked as another sync's: theirs of/) },
    ],
    counts: { create: 1, delete: 1, kept: 1, mark: 0 },
  });
});

test("the sync's own marks are no hindrance, by its name or by its source; another name's are", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using stack = await directRuns.open(world);
  await stack.deploy({ ...marking, stack: "shop/prod" });
  await expect(look(world, OWN)).rejects.toThrow(/dr-billing of .*, stack shop\/prod/);
  expect(await look(world)).toMatchObject({ counts: { unchanged: 1 } });

  await stack.deploy({ ...marking });
  expect(await look(world, { ...OWN, ...marking })).toMatchObject({ counts: { unchanged: 1, mark: 0 } });
  await expect(look(world, { name: "other" })).rejects.toThrow(/marked as another sync's: A \(dr-billing of/);
  const owner = `dr-billing of project ${world.source.projectId} prod:/app`;
  const taking = { syncOptions: { ...marking.syncOptions, takeOverFrom: owner } };
  expect(await look(world, { name: "other", ...taking })).toMatchObject({
    actions: [{ key: "A", action: "mark", why: "mark (marked under another name of this sync)" }],
    counts: { unchanged: 0, mark: 1 },
  });
});
