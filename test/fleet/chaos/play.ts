/** Plays a story: a sync that runs well, then one run that is disturbed; judged by what the destination was asked for. */
import { setTimeout as delay } from "node:timers/promises";
import { loadMemory } from "../../../provider/engine/record/memory.ts";
import { recordedIn } from "../../../provider/resources/sync/outputs.ts";
import { declare, rowOf } from "../fleet.ts";
import { type Arena, tell } from "./arena.ts";
import { patience } from "./patience.ts";
import { isWrite, type Story, type Told } from "./stories.ts";

export interface Played {
  story: Told;
  /** From the fault on, until the run had been made and was on record. */
  seconds: number;
  /** Who wrote, in turns. */
  writers: string[];
  /** What does not hold; empty for a good one. */
  faults: string[];
  /** What else was measured. */
  note?: string;
}

export async function play(arena: Arena, story: Story, number: number): Promise<Played> {
  const { database, queue, source, destination } = arena;
  const name = `story-${number}`;
  const at = (side: typeof source) => ({ ...side.side, secretPath: `/${name}` });
  const below = (side: typeof source) => ({ ...side.side, secretPath: `/${name}/below` });
  const sides = {
    source: { ...at(source), server: { url: source.url } },
    destination: { ...at(destination), server: { url: destination.url } },
  };
  const [there, here] = [destination.side.server, source.side.server];
  here.putSecrets(at(source), { KEPT: "kept", CHANGED: "old", GONE: "gone" });
  there.putSecrets(at(destination), { FOREIGN: "somebody else's" });
  const options = { unownedKeys: "keep", includeAllSubFolders: true };
  const [sync] = await declare(database, sides, { [name]: { options } }, { project: name });
  if (!sync) throw new Error("nothing was declared");
  await arena.refill();

  const { until, faults } = patience();
  const runs = async () =>
    (
      await database.query<{ count: string }>(
        "select count(*) from history where sync = $1 and event = 'ran'",
        [sync.id],
      )
    )[0]?.count;
  await queue.trigger([sync], "declared");
  await until("the first run", async () => (await runs()) === "1");

  here.deleteSecrets(at(source), ["GONE"]);
  here.putSecrets(at(source), { CHANGED: "new", ADDED: "added" });
  here.putSecrets(below(source), { NESTED: "nested" });
  const before = there.requests.length;
  let hitAt = Number.NaN;
  const trigger = () => queue.trigger([sync], "hand");
  // A database that has just started takes no connections for a while.
  const again = async () => void (await until("one more trigger", () => trigger().then(() => true)));
  const finish = await story.arrange(arena, () => (hitAt = Date.now()), again);
  await again();
  await until("the disturbed run", async () => (await runs()) === "2");
  const seconds = (Date.now() - hitAt) / 1000;
  there.clearFaults();
  here.clearFaults();

  const afterwards = there.requests.length;
  await finish?.();
  // Whoever has slept or was cut off has time to write what it must not.
  if (finish) await delay(3000);
  const writes = (from: number, to?: number) => there.requests.slice(from, to).filter(isWrite);
  if (writes(afterwards).length > 0) faults.push("somebody wrote after the work was done");

  const expected = {
    ADDED: "added",
    CHANGED: "new",
    FOREIGN: "somebody else's",
    KEPT: "kept",
    NESTED: "nested",
  };
  const found = { ...there.readSecrets(at(destination)), ...there.readSecrets(below(destination)) };
  if (JSON.stringify(sorted(found)) !== JSON.stringify(expected))
    faults.push(`at the destination stand ${Object.keys(found).join(", ")}`);
  const row = await rowOf(database, name, name);
  const memory = loadMemory(row.outputs ? recordedIn(row.outputs).memory : undefined);
  const created = [...memory].flatMap(([label, { origin }]) => (origin === "created" ? [label] : []));
  const own = ["ADDED", "CHANGED", "KEPT", "below/NESTED"];
  const missing = own.filter((label) => !created.includes(label));
  const mayMiss = story.isForgotten ? ["ADDED", "below/NESTED"] : [];
  if (created.some((label) => !own.includes(label)) || missing.some((label) => !mayMiss.includes(label)))
    faults.push(`its own are ${created.join() || "none"}`);
  if (row.intent) faults.push("an intent is left");

  const turns = writes(before).map(({ userAgent = "?" }) => userAgent);
  const writers = turns.filter((each, index) => each !== turns[index - 1]);
  if (new Set(writers).size < writers.length) faults.push(`two wrote in turns: ${writers.join(", ")}`);
  if (Number.isNaN(hitAt) && !story.isOfRow) faults.push("it did not happen");
  for (const worker of arena.workers) if (worker.process.connected) await tell(worker, { endAtStatement: 0 });

  const checkedAt = row.checked_at?.getTime() ?? 0;
  await again();
  await until("a run that finds nothing to do", async () => {
    const now = await rowOf(database, name, name);
    return now.outcome === "unchanged" && (now.checked_at?.getTime() ?? 0) > checkedAt;
  });
  return { story, seconds, writers, faults };
}

const sorted = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
