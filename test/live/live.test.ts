/**
 * Two real instances, whichever the variables of settings.ts name: the store's suite, the scenarios, and random worlds beside
 * local instances of the same version. Everything happens below a folder of the tests' own, which is gone afterwards.
 */
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type InfisicalServerOptions, startInfisicalServer } from "../../infisical-server/index.ts";
import { world } from "../agreement/worlds.ts";
import { direct } from "../drivers/direct.ts";
import { october2024, playScenarios } from "../scenarios/play.ts";
import { OCTOBER_2024_TRAITS, testSecretStore } from "../support/store-conformance.ts";
import { type LiveInstance, openInstance, ownName } from "./instance.ts";
import { type LiveSettings, live, notLive } from "./settings.ts";
import { makeLiveSubject } from "./subject.ts";
import { lacksLive, openLiveWorld } from "./world.ts";
import { pairOf, playOnBoth } from "./worlds.ts";

const OCTOBER_2024 = { profile: "2024-10" } as const;

/** Below folders of one name, since values name them. */
async function openPair(source: LiveSettings, destination: LiveSettings) {
  const name = ownName();
  const instances = [await openInstance(source, name), await openInstance(destination, `${name}-2`)] as const;
  return {
    name,
    source: instances[0],
    destination: instances[1],
    [Symbol.asyncDispose]: async () => {
      for (const instance of instances) await instance[Symbol.asyncDispose]();
    },
  };
}

/** Two local instances that answer as those of a version do. */
async function openLocalPair(name: string, environment: string, options: InfisicalServerOptions) {
  const servers = await Promise.all([startInfisicalServer(options), startInfisicalServer(options)]);
  const instances = await Promise.all(
    servers.map((server, index) => {
      const { id } = server.createProject({ environments: [environment, "elsewhere"] });
      const { clientId, clientSecret } = server.admin;
      return openInstance(
        {
          URL: server.url,
          CLIENT_ID: clientId,
          CLIENT_SECRET: clientSecret,
          PROJECT_ID: id,
          ENVIRONMENT: environment,
        },
        index === 0 ? name : `${name}-2`,
      );
    }),
  );
  const [source, destination] = instances as [LiveInstance, LiveInstance];
  return {
    source,
    destination,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

async function playWorlds(
  one: { source: LiveInstance; destination: LiveInstance },
  other: { source: LiveInstance; destination: LiveInstance },
  extent: fc.Parameters<unknown>,
) {
  await using first = pairOf(one.source, one.destination);
  await using second = pairOf(other.source, other.destination);
  let count = 0;
  await fc.assert(
    fc.asyncProperty(world, (given) => playOnBoth([first, second], `random-${count++}`, given)),
    extent,
  );
  expect(count).toBeGreaterThanOrEqual(extent.numRuns ?? 1);
}

test("random worlds on local instances of October 2024 end as on the newest", async () => {
  const name = ownName();
  await using old = await openLocalPair(name, "prod", OCTOBER_2024);
  await using newest = await openLocalPair(name, "prod", {});
  await playWorlds(newest, old, { numRuns: 20, seed: 1 });
});

const pair = live && (await openPair(live.source, live.destination));
afterAll(() => pair?.[Symbol.asyncDispose]());

describe.runIf(pair)(
  notLive === undefined ? "real instances" : `real instances (not run: ${notLive})`,
  () => {
    if (!pair) return;
    const { name, source, destination } = pair;

    for (const [side, instance] of Object.entries({ source, destination }))
      testSecretStore(
        `the store on the ${side}`,
        (seed) => makeLiveSubject(instance, seed),
        instance.isOld ? OCTOBER_2024_TRAITS : {},
      );

    playScenarios(direct, {
      title: " on real instances",
      isSlow: true,
      lacks: (scenario) =>
        lacksLive(scenario) ?? (source.isOld || destination.isOld ? october2024.lacks(scenario) : undefined),
      open: (scenario) => openLiveWorld(source, destination, scenario),
    });

    test("random worlds end as on local instances of the same version", async () => {
      const { ENVIRONMENT } = source.settings;
      await using local = await openLocalPair(name, ENVIRONMENT, source.isOld ? OCTOBER_2024 : {});
      await playWorlds(local, pair, { numRuns: 60 });
    }, 1_800_000);
  },
);
