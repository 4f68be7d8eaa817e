/** Waves: a sync runs only when all syncs of the wave before its own have run and are verified. */
import type { Problem, YamlPath } from "../files/problems.ts";
import type { SyncEntry } from "./schema.ts";

/** Most dependencies between two waves: the state records each of them, at about 90 bytes. */
const MOST_DEPENDENCIES = 100_000;

/** Names of syncs, wave by wave; waves without syncs are left out. */
export function wavesOf(syncs: ReadonlyMap<string, Pick<SyncEntry, "wave">>): string[][] {
  const byWave = Map.groupBy(syncs.keys(), (name) => syncs.get(name)?.wave ?? 1);
  return [...byWave].sort(([a], [b]) => a - b).map(([, names]) => names);
}

/** Waves that are both too large to be recorded. */
export function waveProblems(
  syncs: ReadonlyMap<string, Pick<SyncEntry, "wave">>,
  paths: ReadonlyMap<string, YamlPath>,
): Problem[] {
  return wavesOf(syncs).flatMap((wave, index, waves): Problem[] => {
    const former = waves[index - 1] ?? [];
    const [first = ""] = wave;
    if (wave.length * former.length <= MOST_DEPENDENCIES) return [];
    const message = `${wave.length} syncs would each wait for ${former.length} of the wave before; make one of the two waves smaller (the product is ${MOST_DEPENDENCIES} at most)`;
    return [{ path: [...(paths.get(first) ?? []), "wave"], message }];
  });
}
