/** What the table of faults has found, told as users met it. */
import { expect, test } from "vitest";
import { direct } from "../drivers/direct.ts";
import { startWorld } from "../support/world.ts";

const REFUSED = { kind: "status", status: 403, path: "/api/v4/secrets/batch", method: "DELETE" } as const;
const keep = { syncOptions: { initialSyncBehavior: "overwrite-destination", unownedKeys: "keep" } };

test("where foreign keys are kept, deletes that a failed run left undone are finished by the next one", async () => {
  await using world = await startWorld({ source: { A: "1", B: "2" }, destination: { FOREIGN: "f" } });
  await using stack = await direct.open(world);
  await stack.deploy(keep);
  world.source.put({ A: "1b" });
  world.source.drop("B");
  world.destination.server.fault(REFUSED);
  await expect(stack.deploy(keep)).rejects.toThrow(/not done: delete B/);
  await stack.deploy(keep);
  expect(world.destination.read()).toEqual({ A: "1b", FOREIGN: "f" });
  expect((await stack.deploy(keep)).unchanged).toBe(true);
});

test.each([
  ["is back at the source", { unownedKeys: "keep" }, "3"],
  ["may not be deleted any more", { unownedKeys: "keep", disableSecretDeletion: true }, undefined],
])("a key whose delete was left undone, and which %s, stays", async (_what, options, value) => {
  await using world = await startWorld({ source: { A: "1", B: "2" } });
  await using stack = await direct.open(world);
  await stack.deploy(keep);
  world.source.put({ A: "1b" });
  world.source.drop("B");
  world.destination.server.fault(REFUSED);
  await expect(stack.deploy(keep)).rejects.toThrow(/not done: delete B/);
  if (value !== undefined) world.source.put({ B: value });
  await stack.deploy({ syncOptions: { ...keep.syncOptions, ...options } });
  expect(world.destination.read()).toEqual({ A: "1b", B: value ?? "2" });
});

// Not mended: a check sees the announced keys only, so the undone delete counts as foreign. A refresh helps.
test.fails("where foreign keys are refused, deletes left undone are finished by the next run", async () => {
  const args = { syncOptions: { ...keep.syncOptions, unownedKeys: "fail" } };
  await using world = await startWorld({ source: { A: "1", B: "2" } });
  await using stack = await direct.open(world);
  await stack.deploy(args);
  world.source.put({ A: "1b" });
  world.source.drop("B");
  world.destination.server.fault(REFUSED);
  await stack.deploy(args).catch(() => {});
  await stack.deploy(args);
});
