/** Plays an instance that is away for long, beside others that are not: it puts off its own syncs alone. */
import { setTimeout as delay } from "node:timers/promises";
import { declare } from "../fleet.ts";
import type { Arena } from "./arena.ts";
import { startNetwork } from "./network.ts";
import { patience } from "./patience.ts";
import type { Played } from "./play.ts";
import type { Told } from "./stories.ts";

const AWAY_MS = 90_000;
const CHANGES_MS = 5000;
const SYNCS = 12;

const AWAY: Told = {
  what: `an instance answers nothing for ${AWAY_MS / 1000} s, with 12 syncs that are due every 2 s, beside 12 of another instance`,
  when: `while all sources change every ${CHANGES_MS / 1000} s`,
};

export async function playAway(arena: Arena, number: number): Promise<Played> {
  const { database, source, destination } = arena;
  const [here, there] = [source.side, destination.side];
  await using network = await startNetwork(Number(new URL(there.server.url).port));
  const groups = { near: destination.url, away: `http://127.0.0.1:${network.port}` };
  type Group = keyof typeof groups;
  const folders = (group: Group) =>
    Array.from({ length: SYNCS }, (_, index) => `/${group}-${number}-${index}`);
  const put = (value: string) => {
    for (const secretPath of [...folders("near"), ...folders("away")])
      here.server.putSecrets({ ...here, secretPath }, { VALUE: value });
  };
  const has = (group: Group, value: string) =>
    folders(group).every(
      (secretPath) => there.server.readSecrets({ ...there, secretPath })["VALUE"] === value,
    );
  const { until, faults } = patience();
  const arrived = async (group: Group, value: string) => {
    const start = Date.now();
    await until(`${value} at ${group}`, async () => has(group, value));
    return (Date.now() - start) / 1000;
  };

  await arena.refill();
  put("first");
  for (const group of ["near", "away"] as const) {
    const syncs = folders(group).map((folder) => {
      const fleet = { schedule: "2s" };
      return [folder.slice(1), { from: folder, to: folder, fleet }] as const;
    });
    const sides = {
      source: { ...here, server: { url: source.url } },
      destination: { ...there, server: { url: groups[group] } },
    };
    await arena.queue.trigger(
      await declare(database, sides, Object.fromEntries(syncs), { project: `${group}-${number}` }),
      "declared",
    );
    await arrived(group, "first");
  }

  network.freeze();
  const end = Date.now() + AWAY_MS;
  let longest = 0;
  let last = "";
  for (let count = 1; Date.now() < end; count++) {
    last = `value ${count}`;
    put(last);
    longest = Math.max(longest, await arrived("near", last));
    await delay(CHANGES_MS);
  }
  if (Date.now() > end + 60_000) faults.push("the others have stood still");
  if (has("away", last)) faults.push("it was not away");
  network.mend();
  const seconds = await arrived("away", last);
  await database.query("update sync set paused_at = now() where project = any($1::text[])", [
    `{near-${number},away-${number}}`,
  ]);
  return { story: AWAY, seconds, writers: [], faults, note: `the others within ${longest.toFixed(1)} s` };
}
