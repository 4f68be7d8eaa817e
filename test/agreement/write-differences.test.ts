/** Rows of docs/executions.md: what a run writes. Each test shows the product and our engine. */
import { expect, test } from "vitest";
import { startBoth } from "./both.ts";

const MANY = 60_000;

test("more than 1 MiB: the product sends one body and fails, we send several", async () => {
  const source = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`PART_${index}`, "x".repeat(MANY)]),
  );
  await using both = await startBoth({ source });
  const { theirs, ours, native, engine } = both;
  expect(await native.run()).toBe("failed");
  expect(theirs.destination.read()).toEqual({});
  expect(await engine.run()).toBe("succeeded");
  expect(ours.destination.read()).toEqual(source);
});

test("a missing destination folder: the product fails, we make it", async () => {
  await using both = await startBoth({ source: { A: "1" }, destinationFolder: false });
  const { theirs, ours, native, engine } = both;
  expect(await native.run()).toBe("failed");
  expect((await native.read()).lastSyncMessage).toMatch(/"statusCode":404/);
  expect(theirs.destination.read()).toEqual({});
  expect(await engine.run()).toBe("succeeded");
  expect(ours.destination.read()).toEqual({ A: "1" });
});

test("an empty source: the product deletes everything, we refuse unless told otherwise", async () => {
  await using both = await startBoth({ destination: { A: "1", B: "2" } });
  const { theirs, ours, native, engine } = both;
  expect(await native.run()).toBe("succeeded");
  expect(theirs.destination.read()).toEqual({});
  await expect(engine.runOrThrow()).rejects.toMatchObject({ code: "empty-source" });
  expect(ours.destination.read()).toEqual({ A: "1", B: "2" });
});

test("keys of others: the product deletes them, we keep them or refuse where that is asked for", async () => {
  const seeded = { source: { A: "1" }, destination: { THEIRS: "t" } };
  for (const { unownedKeys, code } of [
    { unownedKeys: "keep" },
    { unownedKeys: "fail", code: "unowned-keys" },
  ] as const) {
    await using both = await startBoth(seeded, { unownedKeys });
    await both.native.run();
    expect(both.theirs.destination.read()).toEqual({ A: "1" });
    if (code === undefined) {
      await both.engine.runOrThrow();
      expect(both.ours.destination.read()).toEqual({ A: "1", THEIRS: "t" });
    } else {
      await expect(both.engine.runOrThrow()).rejects.toMatchObject({ code });
      expect(both.ours.destination.read()).toEqual({ THEIRS: "t" });
    }
  }
});

test("changes that wait for approval: the product takes them for done, we do not", async () => {
  await using both = await startBoth({ source: { A: "1" } });
  const { theirs, ours, native, engine } = both;
  for (const { destination } of [theirs, ours])
    destination.server.fault({ kind: "approval", path: /\/secrets\/batch/ });
  expect(await native.run()).toBe("succeeded");
  expect((await engine.runOrThrow()).failure).toMatchObject({ error: { code: "pending-approval" } });
  expect([theirs.destination.read(), ours.destination.read()]).toEqual([{}, {}]);
});

test("a key that goes while the run deletes it: the product fails for good, we look again", async () => {
  await using both = await startBoth({ source: { A: "1" }, destination: { OLD: "o", GONE: "g" } });
  const { theirs, ours, native, engine } = both;
  for (const { destination } of [theirs, ours])
    destination.server.fault({
      kind: "run",
      method: "DELETE",
      path: /\/secrets\/batch/,
      action: () => destination.drop("GONE"),
    });
  expect(await native.run()).toBe("failed");
  expect(theirs.destination.read()).toEqual({ A: "1", OLD: "o" });
  expect(await engine.run()).toBe("succeeded");
  expect(ours.destination.read()).toEqual({ A: "1" });
});
