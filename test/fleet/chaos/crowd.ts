/** Plays a story of several syncs that run at once, each into a folder of its own. */
import { loadMemory } from "../../../provider/engine/record/memory.ts";
import { recordedIn } from "../../../provider/resources/sync/outputs.ts";
import { declare, rowOf } from "../fleet.ts";
import type { Arena } from "./arena.ts";
import type { CrowdStory } from "./crowd-stories.ts";
import { patience } from "./patience.ts";
import type { Played } from "./play.ts";
import { isWrite } from "./stories.ts";

const SYNCS = 12;

export async function playCrowd(arena: Arena, story: CrowdStory, number: number): Promise<Played> {
  const { database, queue, source, destination } = arena;
  const project = `crowd-${number}`;
  const [here, there] = [source.side, destination.side];
  const names = Array.from({ length: SYNCS }, (_, index) => `${project}-${index}`);
  const at = (side: typeof here, name: string) => ({ ...side, secretPath: `/${name}` });
  for (const name of names) {
    here.server.putSecrets(at(here, name), { KEPT: "kept", CHANGED: "old", GONE: "gone" });
    there.server.putSecrets(at(there, name), { FOREIGN: "somebody else's" });
  }
  const sides = {
    source: { ...here, server: { url: source.url } },
    destination: { ...there, server: { url: destination.url } },
  };
  const options = { unownedKeys: "keep" };
  const declared = names.map((name) => [name, { from: `/${name}`, to: `/${name}`, options }] as const);
  const syncs = await declare(database, sides, Object.fromEntries(declared), { project });
  await arena.refill();
  const { until, faults } = patience();
  const haveRun = async (times: number) => {
    const [row] = await database.query<{ syncs: string }>(
      `select count(*) as syncs from (select sync from history where project = $1 and event = 'ran'
       group by sync having count(*) >= $2) as ran`,
      [project, times],
    );
    return Number(row?.syncs) === SYNCS;
  };
  await queue.trigger(syncs, "declared");
  await until("the first runs", () => haveRun(1));

  for (const name of names) {
    here.server.deleteSecrets(at(here, name), ["GONE"]);
    here.server.putSecrets(at(here, name), { CHANGED: "new", ADDED: "added" });
  }
  const before = there.server.requests.length;
  const disturbance = await story.arrange(arena, { until });
  const start = Date.now();
  await queue.trigger(syncs, "hand");
  await until("the disturbed runs", () => haveRun(2));
  const seconds = (Date.now() - (disturbance.overAt() ?? start)) / 1000;
  there.server.clearFaults();
  await arena.refill();
  if (disturbance.overAt() === undefined) faults.push("it did not happen");

  const expected = '{"ADDED":"added","CHANGED":"new","FOREIGN":"somebody else\'s","KEPT":"kept"}';
  for (const name of names) {
    const found = Object.entries(there.server.readSecrets(at(there, name))).sort();
    if (JSON.stringify(Object.fromEntries(found)) !== expected)
      faults.push(`${name} has not what it should have`);
    const { outputs, intent } = await rowOf(database, name, project);
    const memory = loadMemory(outputs ? recordedIn(outputs).memory : undefined);
    const created = [...memory].flatMap(([label, { origin }]) => (origin === "created" ? [label] : []));
    if (created.toSorted().join() !== "ADDED,CHANGED,KEPT")
      faults.push(`${name} has created ${created.join()}`);
    if (intent) faults.push(`${name} has an intent left`);
  }
  const writes = there.server.requests.slice(before).filter((one) => isWrite(one) && one.status !== 429);
  const writers = new Set<string>();
  for (const [folder, its] of Map.groupBy(writes, ({ secretPath }) => secretPath ?? "?")) {
    const turns = its.map(({ userAgent = "?" }) => userAgent);
    const changes = turns.filter((each, index) => each !== turns[index - 1]);
    if (new Set(changes).size < changes.length)
      faults.push(`${folder}: two wrote in turns: ${changes.join(", ")}`);
    for (const each of changes) writers.add(each);
  }
  await queue.trigger(syncs, "hand");
  await until("runs that find nothing to do", async () => {
    const [row] = await database.query<{ left: string }>(
      "select count(*) as left from sync where project = $1 and outcome <> 'unchanged'",
      [project],
    );
    return row?.left === "0";
  });
  const note = disturbance.note?.();
  return { story, seconds, writers: [...writers], faults, ...(note !== undefined && { note }) };
}
