import { describe, expect, it } from "vitest";
import { isSettled } from "../../provider/engine/record/effects.ts";
import type { Driver, Stack, View } from "../drivers/driver.ts";
import { adminOf } from "../support/admin.ts";
import { giveParts, readParts } from "../support/parts.ts";
import { isThorough } from "../support/thorough.ts";
import { type PlayedSide, type PlayedWorld, startWorld } from "../support/world.ts";
import { scenarios } from "./index.ts";
import type { Change, Expected, Instance, Scenario, Step, SyncArguments } from "./scenario.ts";

/** An instance that scenarios are played on, beside the newest. */
export interface Played {
  title: string;
  /** Why it cannot play a scenario, if so. */
  lacks(scenario: Scenario): string | undefined;
  /** Each request takes its time there. */
  isSlow?: true;
  open(scenario: Scenario): Promise<PlayedWorld>;
}

const NEWEST: Played = { title: "", lacks: () => undefined, open: ({ given }) => startWorld(given) };
const OCTOBER_2024 = { profile: "2024-10" } as const;

/** Local instances as they were in October 2024. */
export const october2024: Played = {
  title: " on instances of October 2024",
  lacks: ({ needs }) => needs && `no ${needs} there`,
  open: ({ given }) =>
    startWorld({
      ...given,
      sourceServer: { ...given.sourceServer, ...OCTOBER_2024 },
      destinationServer: { ...given.destinationServer, ...OCTOBER_2024 },
    }),
};

/** Declares one test per scenario, run by the driver; skipped with the reason where it cannot run here. */
export function playScenarios(driver: Driver, { title: where, lacks, open, isSlow }: Played = NEWEST): void {
  const isBrief = driver.isSlow === true && !isThorough;
  const execution = driver.execution ?? "engine";
  const all = scenarios.filter((scenario) => (scenario.execution ?? execution) === execution);
  for (const name of driver.plays ?? [])
    if (!scenarios.some((scenario) => scenario.name === name))
      throw new Error(`There is no scenario "${name}".`);
  const isEssential = ({ name, isEssential }: Scenario) => driver.plays?.includes(name) ?? isEssential;
  const played = isBrief ? all.filter(isEssential) : all;
  const left = isBrief ? ` (${played.length} of ${all.length} scenarios, all in npm run test:all)` : "";
  const title = driver.name + where + left;
  describe.skipIf(driver.unavailable !== undefined)(
    driver.unavailable ? `${title} (not run: ${driver.unavailable})` : title,
    () => {
      const previewsAll = isThorough || driver.previewsAll === true;
      for (const scenario of played) {
        const reason = lacks(scenario) ?? driver.lacks?.({ ...scenario, execution });
        const name = reason === undefined ? scenario.name : `${scenario.name} (not run: ${reason})`;
        it.skipIf(reason !== undefined)(
          name,
          timeoutOf(driver.isSlow === true || isSlow === true),
          async () => {
            await using world = await open({ ...scenario, given: { ...scenario.given, execution } });
            await play(world, scenario, driver, previewsAll);
          },
        );
      }
    },
  );
}

/** Dozens of commands or requests, each of which takes seconds where others run beside. */
const timeoutOf = (isSlow: boolean) => (isSlow ? { timeout: 300_000 } : {});

/** @param previews before every deployment, not only the first, whose connection is not there yet */
async function play(
  world: PlayedWorld,
  scenario: Scenario,
  driver: Driver,
  previews: boolean,
): Promise<void> {
  await using stack = await driver.open(world);
  let args: SyncArguments = {};
  for (const [index, step] of scenario.steps.entries()) {
    const where = `step ${index + 1}: ${step.do}`;
    if (step.do === "deploy") {
      args = step.with ?? {};
      if (previews || index === 0) await preview(args, step.expect, world, stack, where);
    }
    await playStep(step, args, world, stack, where);
  }
}

async function preview(
  args: SyncArguments,
  expected: Expected,
  world: PlayedWorld,
  stack: Stack,
  where: string,
) {
  const before = await bothSides(world);
  if (expected.fails && !expected.previewSucceeds)
    await expect(stack.preview(args), `${where} (preview)`).rejects.toThrow(expected.fails);
  else expectView(await stack.preview(args), expected, `${where} (preview)`);
  expect(await bothSides(world), `${where} (preview) writes nothing`).toEqual(before);
}

const bothSides = async ({ source, destination }: PlayedWorld) => ({
  source: await source.read(),
  destination: await destination.read(),
});

async function playStep(
  step: Step,
  args: SyncArguments,
  world: PlayedWorld,
  stack: Stack,
  where: string,
): Promise<void> {
  switch (step.do) {
    case "change":
      await change(world.source, step.source);
      await change(world.destination, step.destination);
      return;
    case "change by hand":
      return changeByHand(world, step);
    case "refresh":
      expect((await stack.refresh(args)).keys, where).toEqual(step.expect.keys ?? {});
      return;
    case "destroy":
      if (step.expect.fails) await expect(stack.destroy(), where).rejects.toThrow(step.expect.fails);
      else await stack.destroy();
      return expectWorld(world, step.expect, where);
    case "deploy":
      if (step.expect.fails) await expect(stack.deploy(args), where).rejects.toThrow(step.expect.fails);
      else expectView(await stack.deploy(args), step.expect, where);
      await expectInstance(world, step.expect.instance, where);
      return expectWorld(world, step.expect, where);
  }
}

const OBJECTS = [
  ["connection", "/api/v1/app-connections/external-infisical", "appConnection"],
  ["sync", "/api/v1/secret-syncs/external-infisical", "secretSync"],
] as const;

/** The one connection, and the one sync. */
async function objectsOf({ source: { projectId }, instance }: PlayedWorld) {
  if (!instance) throw new Error("Only objects of a local instance are looked at.");
  const api = adminOf(instance);
  return Promise.all(
    OBJECTS.map(async ([what, path, field]) => {
      const all = (await api("GET", `${path}?projectId=${projectId}`))[`${field}s`] as { id: string }[];
      const [object] = what === "sync" ? all : ((await api("GET", path))[`${field}s`] as { id: string }[]);
      const patch = (body: unknown) => api("PATCH", `${path}/${object?.id}`, body);
      return { what, object, patch };
    }),
  );
}

async function changeByHand(world: PlayedWorld, changes: Instance): Promise<void> {
  for (const { what, patch } of await objectsOf(world))
    if (changes[what]) expect(await patch(changes[what])).not.toHaveProperty("error");
  await world.instance?.settled();
}

async function expectInstance(
  world: PlayedWorld,
  expected: Instance | undefined,
  where: string,
): Promise<void> {
  if (!expected) return;
  for (const { what, object } of await objectsOf(world))
    expect.soft(object, `${where}: ${what}`).toMatchObject(expected[what] ?? {});
}

function expectView(view: View, expected: Expected, where: string): void {
  expect.soft(view.keys, `${where}: keys`).toEqual(expected.keys ?? {});
  // Terraform does not show that nothing is written of a key, so scenarios do not say it.
  const effects = Object.keys(view.effects).filter((label) => !isSettled(view.effects[label] ?? ""));
  expect.soft(effects.sort(), `${where}: effects`).toEqual(Object.keys(expected.effects ?? {}).sort());
  for (const [label, text] of Object.entries(expected.effects ?? {}))
    expect.soft(view.effects[label], `${where}: effect on ${label}`).toContain(text);
  if (expected.unchanged !== undefined)
    expect.soft(view.unchanged, `${where}: unchanged`).toBe(expected.unchanged);
}

async function expectWorld(
  world: PlayedWorld,
  expected: Pick<Expected, "source" | "destination" | "parts" | "sourceParts">,
  where: string,
): Promise<void> {
  const { source, destination, parts, sourceParts } = expected;
  if (destination) expect.soft(await world.destination.read(), `${where}: destination`).toEqual(destination);
  if (source) expect.soft(await world.source.read(), `${where}: source`).toEqual(source);
  if (parts) expect.soft(await readParts(world.destination.store()), `${where}: parts`).toEqual(parts);
  if (sourceParts)
    expect.soft(await readParts(world.source.store()), `${where}: parts of the source`).toEqual(sourceParts);
}

async function change(side: PlayedSide, what: Change | undefined): Promise<void> {
  if (what?.put) await side.put(what.put);
  if (what?.parts) await giveParts(side.store(), what.parts);
  if (what?.drop) await side.drop(...what.drop);
}
