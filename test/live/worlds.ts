/** The same random world on two pairs of instances, each synced by our engine: both pairs end alike. */
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { createStore } from "../../provider/infisical/secrets/store.ts";
import { createEngineActor } from "../agreement/engine-actor.ts";
import type { World } from "../agreement/worlds.ts";
import { ARGUMENT_NAMES } from "../support/store-subject.ts";
import type { Values } from "../support/world.ts";
import type { LiveInstance } from "./instance.ts";
import { clientOf } from "./subject.ts";

export interface Pair extends AsyncDisposable {
  source: LiveInstance;
  destination: LiveInstance;
  clients: { source: ReturnType<typeof clientOf>; destination: ReturnType<typeof clientOf> };
}

export function pairOf(source: LiveInstance, destination: LiveInstance): Pair {
  const clients = { source: clientOf(source), destination: clientOf(destination) };
  return {
    source,
    destination,
    clients,
    async [Symbol.asyncDispose]() {
      for (const client of Object.values(clients)) await client[Symbol.asyncDispose]();
    },
  };
}

/** Keys that an instance of October 2024 answers with 500 (data-plane §20). */
const NOT_THERE = ["__proto__", "constructor"];

/** @param root a folder's name that neither pair has had */
export async function playOnBoth(pairs: readonly [Pair, Pair], root: string, world: World): Promise<void> {
  const sides = await Promise.all(pairs.map((pair) => layOut(pair, root, world)));
  for (const { edits } of world.steps) {
    const ends = [];
    for (const side of sides) {
      if (edits) await side.edit(edits);
      const end = await side.engine.run();
      ends.push({ end, ...(await side.look()) });
    }
    if (!isDeepStrictEqual(ends[0], ends[1])) expect(ends[1], "both pairs end alike").toEqual(ends[0]);
  }
}

type Edits = NonNullable<World["steps"][number]["edits"]>;

async function layOut(pair: Pair, root: string, world: World) {
  const { source, destination, clients } = pair;
  const from = source.place(`/${root}/app`);
  const to = destination.place(`/${root}/app`);
  const elsewhere = source.place(`/${root}/elsewhere`);
  const imported = world.imports.map((_, index) => source.place(`/${root}/shared-${index}`));
  const fitting = (values: Values) =>
    adapted(values, from.environment, from.secretPath, elsewhere.secretPath);

  for (const place of [from, elsewhere, ...imported]) await source.makeFolder(place);
  await destination.makeFolder(to);
  for (const [index, place] of imported.entries()) {
    await source.put(place, fitting(world.imports[index] ?? {}));
    await source.addImport(from, place);
  }
  await source.put(elsewhere, fitting(world.elsewhere));
  await source.put(from, fitting(world.source));
  await destination.put(to, fitting(world.destination));

  return {
    engine: createEngineActor(
      {
        source: { store: createStore(clients.source, from, ARGUMENT_NAMES) },
        destination: { store: createStore(clients.destination, to, ARGUMENT_NAMES) },
      },
      world.options,
    ),
    async edit(edits: Edits) {
      await source.put(from, fitting(edits.source));
      await source.drop(from, edits.dropped);
      await destination.put(to, fitting(edits.destination));
      await destination.drop(to, edits.lost);
      const [first] = imported;
      if (first) await source.put(first, fitting(edits.imported));
      await source.put(elsewhere, fitting(edits.elsewhere));
    },
    look: async () => ({
      source: Object.entries(await source.read(from)).sort(),
      destination: Object.entries(await destination.read(to)).sort(),
    }),
  };
}

/** What references may name. */
const NAMED = ["A", "B", "X", "Y"];

/**
 * Keys that both pairs take, and references to where the folders of this world stand. None leads to another one: an instance
 * of October 2024 works at all secrets of a list at once, and leaves to chance which of those it resolves.
 */
function adapted(values: Values, environment: string, app: string, elsewhere: string): Values {
  const dotted = (path: string) => [environment, ...path.split("/").filter(Boolean)].join(".");
  const fitting = (value: string) =>
    value
      .replaceAll("${prod.app.", `\${${dotted(app)}.`)
      .replaceAll("${dev.elsewhere.", `\${${dotted(elsewhere)}.`)
      .replaceAll("${C}", "${A}")
      .replaceAll("${D}", "${B}")
      // Another project, which is not ours to make.
      .replaceAll("${@faraway.dev.X}", "far away");
  const rows = Object.entries(values)
    .filter(([key]) => !NOT_THERE.includes(key))
    .map(([key, value]) => [
      key,
      NAMED.includes(key) ? fitting(value).replaceAll("${", "{") : fitting(value),
    ]);
  return Object.fromEntries(rows);
}
