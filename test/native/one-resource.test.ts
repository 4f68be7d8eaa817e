/** An object of the instance has one resource: what is deleted is not taken over, and what is taken over is not deleted. */
import { describe, expect, test } from "vitest";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import { CONNECTION, type RunningProvider, SYNC, startProvider } from "../support/terraform/provider.ts";
import { startWorld, type World } from "../support/world.ts";
import { type NativeWorld, type Properties, requestsTo, startNativeWorld } from "./provider-calls.ts";

type Kind = "connection" | "secretSync";

const PATHS: Record<Kind, string> = {
  connection: "/api/v1/app-connections/external-infisical",
  secretSync: "/api/v1/secret-syncs/external-infisical",
};
const KINDS: Kind[] = ["connection", "secretSync"];
const TWICE = /Two resources of this deployment stand for|Two resources declare the sync/;

/** A connection alone, or a sync over one: what is on record of it, and what a program says of it. */
async function deploy(world: NativeWorld, kind: Kind) {
  const connection = await world.create("connection", world.connection);
  const inputs = kind === "connection" ? world.connection : world.sync(connection.id);
  const made = kind === "connection" ? connection : await world.create(kind, inputs);
  await world.provider.nextPhase();
  return { ...made, inputs };
}

async function idsOf(world: NativeWorld, kind: Kind): Promise<unknown[]> {
  const path = `${PATHS[kind]}${kind === "secretSync" ? `?projectId=${world.source.projectId}` : ""}`;
  const { secretSyncs, appConnections } = await world.api("GET", path);
  return ((secretSyncs ?? appConnections) as Properties[]).map(({ id }) => id);
}

/** Time enough for whoever does not wait. */
async function ask(world: NativeWorld, times: number): Promise<void> {
  for (let time = 0; time < times; time++) await idsOf(world, "connection");
}

describe.each(KINDS)("a %s that is renamed in the program without a word, and adopts", (kind) => {
  test("is made anew where the deletion of the old one is under way", async () => {
    await using world = await startNativeWorld({ source: { A: "1" } });
    const old = await deploy(world, kind);
    const { inputs } = await world.check(kind, {}, { ...old.inputs, adopt: true });
    let made: Promise<{ id: string }> | undefined;
    world.source.server.fault({
      kind: "run",
      method: "DELETE",
      path: PATHS[kind],
      action: async () => {
        made = world.apply(kind, inputs ?? {});
        await ask(world, 40);
      },
    });
    await world.discard(kind, old.id, old.outs);
    const anew = await made;
    expect(anew?.id).not.toBe(old.id);
    expect(await idsOf(world, kind)).toEqual([anew?.id]);
  });

  test("keeps what it is taking over, whose deletion waits", async () => {
    await using world = await startNativeWorld({ source: { A: "1" } });
    const old = await deploy(world, kind);
    const news = { ...old.inputs, adopt: true, description: "other" };
    const { inputs } = await world.check(kind, {}, news);
    let deleted: Promise<void> | undefined;
    world.source.server.fault({
      kind: "run",
      method: "PATCH",
      path: PATHS[kind],
      action: async () => {
        deleted = world.discard(kind, old.id, old.outs);
        await ask(world, 40);
      },
    });
    const taken = await world.apply(kind, inputs ?? {});
    await deleted;
    expect(taken.id).toBe(old.id);
    expect(await idsOf(world, kind)).toEqual([old.id]);
    expect(requestsTo(world, "DELETE", PATHS[kind])).toBe(0);
  });
});

describe.each(KINDS)("a copy of a %s is refused in the preview", (kind) => {
  test.each([true, false])("whether it comes after the other or before, adopt %s", async (adopt) => {
    await using world = await startNativeWorld({ source: { A: "1" } });
    const { id, outs, inputs } = await deploy(world, kind);
    const copy = { ...inputs, adopt };
    expect((await world.check(kind, outs, inputs)).failures).toBeUndefined();
    await world.diff(kind, id, outs, (await world.check(kind, outs, inputs)).inputs ?? {});
    expect(JSON.stringify((await world.check(kind, {}, copy)).failures)).toMatch(TWICE);

    await world.provider.nextPhase();
    const first = await world.check(kind, {}, copy);
    if (adopt) {
      const { failures, inputs: checked } = await world.check(kind, outs, inputs);
      const told = failures ? JSON.stringify(failures) : world.diff(kind, id, outs, checked ?? {});
      if (typeof told === "string") expect(told).toMatch(TWICE);
      else await expect(told).rejects.toThrow(TWICE);
    } else expect(JSON.stringify(first.failures)).toMatch(/already/);
  });

  test("and takes nothing over where nothing was previewed", async () => {
    await using world = await startNativeWorld({ source: { A: "1" } });
    const { id, outs, inputs } = await deploy(world, kind);
    const copy = { ...inputs, adopt: true, ...(kind === "secretSync" && elsewhere(world)) };
    await world.reapply(kind, id, outs, (await world.check(kind, outs, inputs)).inputs ?? {});
    await expect(world.apply(kind, copy)).rejects.toThrow(TWICE);
    expect(await idsOf(world, kind)).toEqual([id]);
  });
});

const elsewhere = ({ destination: { projectId, environment } }: World, secretPath = "/elsewhere") => ({
  destinationConfig: { projectId, environment, secretPath },
});

test("of two syncs of one name the second is refused wherever it goes, and one of another name is not", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const { id, outs, inputs } = await deploy(world, "secretSync");
  const { inputs: checked } = await world.check("secretSync", outs, inputs);
  await world.diff("secretSync", id, outs, checked ?? {});
  const copy = { ...inputs, adopt: true, ...elsewhere(world) };
  expect(JSON.stringify((await world.check("secretSync", {}, copy)).failures)).toMatch(TWICE);
  const other = { ...inputs, name: "other", ...elsewhere(world, "/other") };
  expect((await world.check("secretSync", {}, other)).failures).toBeUndefined();
});

test("what a refresh has compared may still be replaced", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const { id, outs, inputs } = await deploy(world, "secretSync");
  const news = { ...inputs, description: "other" };
  expect(await world.diff("secretSync", id, outs, outs)).toMatchObject({ changes: false });
  const { inputs: checked } = await world.check("secretSync", outs, news);
  await world.diff("secretSync", id, outs, checked ?? {});
  expect((await world.check("secretSync", {}, news)).failures).toBeUndefined();
});

describe.each(KINDS)("of a %s on record", (kind) => {
  test("the new name is refused in the preview while another one has it: they cannot be swapped in one step", async () => {
    await using world = await startNativeWorld({ source: { A: "1" } });
    const one = await deploy(world, kind);
    const inputs = { ...one.inputs, name: "two", ...(kind === "secretSync" && elsewhere(world)) };
    const two = await world.create(kind, inputs);
    await world.provider.nextPhase();
    const swapped = [
      await world.check(kind, one.outs, { ...one.inputs, name: "two" }),
      await world.check(kind, two.outs, { ...inputs, name: one.inputs["name"] }),
    ];
    for (const { failures } of swapped) expect(JSON.stringify(failures)).toMatch(/already.*two steps/);
    await world.provider.nextPhase();
    const third = { ...inputs, name: "three" };
    expect((await world.check(kind, two.outs, third)).failures).toBeUndefined();
    await world.update(kind, two.id, two.outs, third);
    await world.update(kind, one.id, one.outs, { ...one.inputs, name: "two" });
    expect(new Set(await idsOf(world, kind))).toEqual(new Set([one.id, two.id]));
  });
});

describe("with Terraform", () => {
  const plans = (world: World, { core }: RunningProvider) => {
    const over = { destination_connection: core.state.get("connection")?.object ?? null };
    return {
      connection: (name: string, more: Record<string, boolean> = {}) =>
        core.plan(name, CONNECTION, { ...connectionBlock(world), ...more }),
      sync: (name: string, more: Record<string, boolean> = {}) =>
        core.plan(name, SYNC, { ...syncBlock(world, {}), ...over, ...more }),
    };
  };

  test.each(["connection", "sync"] as const)(
    "a copied %s is refused in the plan, in any order",
    async (kind) => {
      await using world = await startWorld({ execution: "native", source: { A: "1" } });
      await using provider = await startProvider(providerBlock(world));
      const { core, nextPhase } = provider;
      await nextPhase();
      await core.apply(await plans(world, provider).connection("connection"));
      await nextPhase();
      await core.apply(await plans(world, provider).sync("sync"));
      for (const adopt of [true, false])
        for (const names of [
          [kind, "copy"],
          ["copy", kind],
        ]) {
          await nextPhase();
          // Every run has all of a state upgraded and read first.
          await core.refresh(kind);
          const planned = async () => {
            for (const name of names)
              await plans(world, provider)[kind](name, name === "copy" ? { adopt } : {});
          };
          await expect(planned()).rejects.toThrow(TWICE);
        }
    },
  );

  test.each(["connection", "sync"] as const)("a %s that -replace names is planned anew", async (kind) => {
    await using world = await startWorld({ execution: "native", source: { A: "1" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    await nextPhase();
    await core.apply(await plans(world, provider).connection("connection"));
    await nextPhase();
    await core.apply(await plans(world, provider).sync("sync"));
    core.force(kind);
    await nextPhase();
    expect((await plans(world, provider)[kind](kind)).action).toBe("replace");
  });
});
