/** What is remembered of each key, attacked: nothing that this sync cannot prove its own is ever removed. */
import { describe, expect, test } from "vitest";
import { directRuns } from "../drivers/direct.ts";
import type { Stack } from "../drivers/driver.ts";
import { openProvider } from "../support/provider-process.ts";
import { startWorld, type Values, type World } from "../support/world.ts";
import { listen, overwrite, recordedIn } from "./destination.ts";

const removing = { removeSecretsOnDelete: true };

/** Deletes the sync with a state that somebody has changed. */
async function deleteWith(world: World, outputs: Record<string, unknown>): Promise<void> {
  await using provider = openProvider(world);
  await provider.call("secretSync", "delete", "id", outputs);
}

describe("what somebody does between the last run and the removal", () => {
  test.each<[string, (world: World) => void, Values, RegExp | undefined]>([
    ["nothing", () => {}, { OLD: "o" }, /2 keys removed/],
    ["deletes a key", ({ destination }) => destination.drop("A"), { OLD: "o" }, /2 keys removed/],
    ["deletes all keys", ({ destination }) => destination.drop("A", "B", "OLD"), {}, /2 keys removed/],
    [
      "makes a key anew",
      ({ destination }) => {
        destination.drop("A");
        destination.put({ A: "1" });
      },
      { A: "1", OLD: "o" },
      /did not create them: A, OLD/,
    ],
    [
      "writes another value",
      ({ destination }) => destination.put({ A: "theirs" }),
      { A: "theirs", OLD: "o" },
      /somebody changed them after this sync wrote them: A/,
    ],
    [
      "adds a key",
      ({ destination }) => destination.put({ NEW: "n" }),
      { OLD: "o", NEW: "n" },
      /2 keys removed/,
    ],
    [
      "changes the source",
      ({ source }) => source.put({ A: "later", C: "3" }),
      { OLD: "o" },
      /2 keys removed/,
    ],
  ])("%s", async (_name, act, expected, told) => {
    await using world = await startWorld({ source: { A: "1", B: "2", OLD: "o" }, destination: { OLD: "o" } });
    await using stack = await directRuns.open(world);
    await stack.deploy(removing);
    act(world);
    using output = listen();
    await stack.destroy();
    expect(world.destination.read()).toEqual(expected);
    if (told) expect(output.told()).toMatch(told);
  });

  test.each<[string, Values, RegExp[]]>([
    ["only what was there before", { A: "1" }, [/nothing removed/, /did not create them: A$/m]],
    ["several such keys", { A: "1", B: "2" }, [/nothing removed/, /did not create them: A, B$/m]],
  ])("of a sync that has %s nothing is removed, and that is said", async (_name, values, told) => {
    await using world = await startWorld({ source: values, destination: values });
    await using stack = await directRuns.open(world);
    await stack.deploy(removing);
    world.destination.server.clearRequests();
    using output = listen();
    await stack.destroy();
    for (const each of told) expect(output.told()).toMatch(each);
    expect(world.destination.read()).toEqual(values);
    expect(world.destination.server.requests, "needs no network").toEqual([]);
  });

  test("at an old destination nothing is removed either, and that is said", async () => {
    await using world = await startWorld({ source: { A: "1" }, destination: { A: "1" } });
    await using stack = await directRuns.open(world);
    await stack.deploy({ onDestinationChange: "remove" });
    using output = listen();
    await stack.deploy({ onDestinationChange: "remove", destinationPath: "/elsewhere" });
    expect(output.told()).toMatch(/nothing removed at .*\n.*did not create them: A/);
    expect(world.destination.read()).toEqual({ A: "1" });
  });

  test("what a run has put right, or a refresh has found equal again, is the sync's own again", async () => {
    for (const again of ["deploy", "refresh"] as const) {
      await using world = await startWorld({ source: { A: "1" } });
      await using stack = await directRuns.open(world);
      await stack.deploy(removing);
      world.destination.put({ A: "theirs" });
      if (again === "refresh") world.destination.put({ A: "1" });
      await stack[again](removing);
      await stack.destroy();
      expect(world.destination.read(), again).toEqual({});
    }
  });

  test("a key that somebody made anew between two runs is written, and not removed", async () => {
    await using world = await startWorld({ source: { A: "1", B: "2" } });
    await using stack = await directRuns.open(world);
    await stack.deploy(removing);
    world.destination.drop("A", "B");
    world.destination.put({ A: "theirs", B: "2" });
    const shown = await stack.deploy(removing);
    expect(shown.effects).toEqual({ A: expect.stringContaining("restore") });
    await stack.destroy();
    expect(world.destination.read()).toEqual({ A: "1", B: "2" });
  });
});

describe("a state that is not what this version wrote", () => {
  const REMEMBERED = "created 1@11111111 1@22222222";
  test.each<[string, (outputs: Record<string, unknown>) => void, RegExp | undefined]>([
    ["without memory", (outputs) => delete outputs["memory"], undefined],
    ["that has never succeeded", (outputs) => delete outputs["lastSyncedAt"], undefined],
    ["of a former format", (outputs) => (outputs["memory"] = { A: "created 1@11111111" }), /cannot read/],
    ["of a later format", (outputs) => (outputs["memory"] = { A: `${REMEMBERED} more` }), /cannot read/],
    ["with an unknown origin", (outputs) => (outputs["memory"] = { A: "found 1@1 1@2" }), /cannot read/],
    [
      "with a memory of another type",
      (outputs) => (outputs["memory"] = { A: 7 }),
      /cannot be read: memory\.A/,
    ],
    ["that remembers another secret", (outputs) => (outputs["memory"] = { A: REMEMBERED }), undefined],
    ["that remembers no id", (outputs) => (outputs["memory"] = { A: "created 1@1 unknown" }), undefined],
    ["with keys alone", (outputs) => (outputs["memory"] = {}), undefined],
  ])("%s removes nothing", async (_name, spoil, refusal) => {
    await using world = await startWorld({ source: { A: "1" } });
    await using stack = await directRuns.open(world);
    await stack.deploy(removing);
    const outputs = await recordedIn(stack);
    spoil(outputs);
    using _silent = listen();
    const removal = deleteWith(world, outputs);
    if (refusal) await expect(removal).rejects.toThrow(refusal);
    else await removal;
    expect(world.destination.read()).toEqual({ A: "1" });
  });
});

describe("a destination whose database was restored", () => {
  /** The state of a moment later than what the destination holds. */
  async function restored(world: World, stack: Stack, version: (now: number) => number) {
    const outputs = await recordedIn(stack);
    const memory = outputs["memory"] as Values;
    const later = Object.entries(memory).map(([label, text]) => [
      label,
      text.replace(/ (\d+)@(\w+)$/, (_all, now, id) => ` ${version(Number(now))}@${id}`),
    ]);
    using output = listen();
    await deleteWith(world, { ...outputs, memory: Object.fromEntries(later) });
    return output.told();
  }

  test.each([
    ["an older version under the same id", (now: number) => now + 3],
    ["a newer version under the same id", (now: number) => now - 1],
  ])("%s is not what the last run left, and stays", async (_name, version) => {
    await using world = await startWorld({ source: { A: "1" } });
    await using stack = await directRuns.open(world);
    await stack.deploy(removing);
    expect(await restored(world, stack, version)).toMatch(/somebody changed them.*: A/);
    expect(world.destination.read()).toEqual({ A: "1" });
  });
});

describe("state that is lost", () => {
  test.each([
    ["as it was", {}],
    ["under another name", { name: "renamed" }],
  ])("is adopted again %s: nothing is written, and nothing is ever removed", async (_name, args) => {
    const source = { A: "1", B: "2" };
    await using world = await startWorld({ source });
    {
      await using lost = await directRuns.open(world);
      await lost.deploy(removing);
    }
    await using stack = await directRuns.open(world);
    world.destination.server.clearRequests();
    const text = "unchanged (at the destination already)";
    expect((await stack.deploy({ ...removing, ...args })).effects).toEqual({ A: text, B: text });
    const methods = world.destination.server.requests.filter(({ path }) => path.includes("batch"));
    expect(methods).toEqual([]);
    await stack.destroy();
    expect(world.destination.read()).toEqual(source);
  });
});

describe("two stacks on one folder, without marks", () => {
  test("neither removes what the other has written last", async () => {
    await using world = await startWorld({ source: { A: "1", B: "2" } });
    await using first = await directRuns.open(world);
    await using second = await directRuns.open(world);
    await first.deploy(removing);
    await second.deploy(removing);
    world.source.put({ A: "later", C: "3" });
    await second.deploy(removing);
    await first.destroy();
    // B is as the first one made it, and goes: without marks nothing tells that the second one needs it.
    expect(world.destination.read()).toEqual({ A: "later", C: "3" });
    await second.destroy();
    expect(world.destination.read()).toEqual({ A: "later" });
  });
});

describe("a renamed sync", () => {
  test("without an alias is a new one, and the old one's removal leaves it what it took over", async () => {
    await using world = await startWorld({ source: { A: "1" } });
    await using stack = await directRuns.open(world);
    await stack.deploy({ ...removing, resourceName: "first", name: "first" });
    await stack.deploy({ ...removing, resourceName: "second", name: "second" });
    expect(world.destination.read()).toEqual({ A: "1" });
  });

  test("deleted before it is made anew, it takes its keys along and brings them back", async () => {
    await using world = await startWorld({ source: { A: "1" } });
    await using old = await directRuns.open(world);
    await old.deploy({ ...removing, name: "first" });
    await old.destroy();
    expect(world.destination.read()).toEqual({});
    await using stack = await directRuns.open(world);
    await stack.deploy({ ...removing, name: "second" });
    expect(world.destination.read()).toEqual({ A: "1" });
  });
});

describe("a moved destination", () => {
  const place = ({ destination: { projectId, environment } }: World, secretPath: string) => ({
    projectId,
    environment,
    secretPath,
  });
  const there = { destinationPath: "/there" };

  test.each([
    ["keep", { A: "1", OLD: "o" }],
    ["remove", { OLD: "o" }],
  ] as const)("there and back again, with onDestinationChange: %s", async (onDestinationChange, left) => {
    await using world = await startWorld({ source: { A: "1", OLD: "o" }, destination: { OLD: "o" } });
    await using stack = await directRuns.open(world);
    const args = { ...removing, onDestinationChange };
    await stack.deploy(args);
    await stack.deploy({ ...args, ...there });
    expect(world.destination.read()).toEqual(left);
    await stack.deploy(args);
    const atOther = world.destination.server.readSecrets(place(world, "/there"));
    expect(atOther).toEqual(onDestinationChange === "remove" ? {} : { A: "1", OLD: "o" });
    await stack.destroy();
    // What was found again at the first place is adopted there, and stays.
    expect(world.destination.read()).toEqual(
      onDestinationChange === "remove" ? { OLD: "o" } : { A: "1", OLD: "o" },
    );
  });

  test.each([
    // The state then is that of the new place, with what the run had created there.
    ["keep", {}],
    // The state goes on telling of the old place, where there is something to remove.
    ["remove", { A: "1" }],
  ] as const)(
    "after a move that failed half-way, with onDestinationChange: %s",
    async (onDestinationChange, left) => {
      await using world = await startWorld({ source: { A: "1" } });
      const { server } = world.destination;
      server.putSecrets(place(world, "/there"), { OLD: "o" });
      await using stack = await directRuns.open(world);
      const moved = { ...removing, onDestinationChange, ...there };
      await stack.deploy({ ...removing, onDestinationChange });
      server.fault({ kind: "status", status: 403, path: "/api/v4/secrets/batch", method: "DELETE" });
      await expect(stack.deploy(moved)).rejects.toThrow(/1 created/);
      await stack.deploy(moved);
      expect(server.readSecrets(place(world, "/there"))).toEqual({ A: "1" });
      expect(world.destination.read()).toEqual(onDestinationChange === "remove" ? {} : { A: "1" });
      await stack.destroy();
      expect(server.readSecrets(place(world, "/there"))).toEqual(left);
    },
  );

  test("what somebody did at the old one survives the move, and keys that are gone do not stop it", async () => {
    await using world = await startWorld({ source: { A: "1", B: "2", C: "3" } });
    await using stack = await directRuns.open(world);
    await stack.deploy({ onDestinationChange: "remove" });
    world.destination.put({ A: "theirs", NEW: "n" });
    world.destination.drop("B");
    using output = listen();
    await stack.deploy({ onDestinationChange: "remove", ...there });
    expect(world.destination.read()).toEqual({ A: "theirs", NEW: "n" });
    expect(output.told()).toMatch(/2 keys removed at .*:\/app/);
  });
});

test("a moved source has a first run of its own, and what it created before stays its own", async () => {
  await using world = await startWorld({ source: { A: "1", GONE: "g" } });
  const { projectId, environment } = world.source;
  world.source.server.putSecrets({ projectId, environment, secretPath: "/moved" }, { A: "1", NEW: "n" });
  await using stack = await directRuns.open(world);
  await stack.deploy({ ...removing, syncOptions: { ...overwrite, unownedKeys: "keep" } });
  const moved = { ...removing, secretPath: "/moved", syncOptions: { ...overwrite, unownedKeys: "keep" } };
  await stack.deploy(moved);
  // What is on record says nothing of another pair of places: it is kept rather than deleted.
  expect(world.destination.read()).toEqual({ A: "1", GONE: "g", NEW: "n" });
  await stack.destroy();
  expect(world.destination.read()).toEqual({ A: "1", GONE: "g" });
});
