/** Rows of docs/executions.md: first runs that import. Each test shows the product and our engine. */
import { expect, test } from "vitest";
import { type Both, startBoth } from "./both.ts";
import { endState } from "./copy.ts";

test("imported references: the product resolves what the destination planted, we refuse", async () => {
  const planted = { A: "1", NOTE: "${dev.elsewhere.X}" };
  const options = { initialSyncBehavior: "import-prioritize-source" } as const;
  await using both = await startBoth({ elsewhere: { X: "not for them" }, destination: planted }, options);
  await both.native.run();
  expect(both.theirs.destination.read()).toEqual({ A: "1", NOTE: "not for them" });
  await expect(both.engine.runOrThrow()).rejects.toMatchObject({ code: "imported-references" });
  expect(both.ours.source.read()).toEqual({});
  expect(both.ours.destination.read()).toEqual(planted);
});

test("a reference to a key that is imported: the product pushes the new value, we in the next run", async () => {
  await using both = await startBoth(
    { source: { HOST: "old", URL: "//${HOST}" }, destination: { HOST: "new" } },
    { initialSyncBehavior: "import-prioritize-destination" },
  );
  const { theirs, ours, native, engine } = both;
  const plan = await native.predict();
  await native.run();
  expect(theirs.destination.read()).toEqual({ HOST: "new", URL: "//new" });
  await engine.runOrThrow();
  expect(ours.destination.read()).toEqual({ HOST: "new", URL: "//old" });
  // The prediction is as the engine's plan here, so a native deployment says that the run was not as planned.
  expect(plan.changes.find(({ key }) => key === "URL")).toMatchObject({ kind: "create" });
  await native.run();
  await engine.runOrThrow();
  expectAlike(both);
});

test("white space around an expanded value: the product imports over the reference, for us it is equal", async () => {
  await using both = await startBoth(
    { source: { EMPTY: "", A: "${EMPTY} a" }, destination: { A: "a" } },
    { initialSyncBehavior: "import-prioritize-destination" },
  );
  await both.native.run();
  await both.engine.runOrThrow();
  expect(both.theirs.source.read()).toEqual({ EMPTY: "", A: "a" });
  expect(both.ours.source.read()).toEqual({ EMPTY: "", A: "${EMPTY} a" });
  expect(both.ours.destination.read()).toEqual(both.theirs.destination.read());
});

test("a first run that fails after its creates: the product imports them back, we do not", async () => {
  // The key that comes from a secret import only is missing in the folder itself.
  const seeded = { source: { A: "new" }, imports: [{ SHARED: "s" }], destination: { A: "old" } };
  await using both = await startBoth(seeded, { initialSyncBehavior: "import-prioritize-source" });
  const { theirs, ours, native, engine } = both;
  const fault = { kind: "status", status: 400, method: "PATCH", path: /\/secrets\/batch/ } as const;
  for (const { destination } of [theirs, ours]) destination.server.fault(fault);
  expect(await native.run()).toBe("failed");
  expect(theirs.destination.read()).toEqual({ A: "old", SHARED: "s" });
  // Creates and updates are one request of ours, so neither has happened.
  expect(await engine.run()).toBe("failed");
  expect(ours.destination.read()).toEqual({ A: "old" });

  await native.run();
  await engine.run();
  expect(theirs.source.read()).toEqual({ A: "new", SHARED: "s" });
  expect(ours.source.read()).toEqual({ A: "new" });
  expect(ours.destination.read()).toEqual(theirs.destination.read());
});

const expectAlike = ({ theirs, ours }: Both) => expect(endState(ours)).toEqual(endState(theirs));
