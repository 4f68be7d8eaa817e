/** Disturbs every request of every story in every way, on all cores, and writes the table. */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { root } from "../support/node.ts";
import { createKillable } from "./killable.ts";
import { cellsOf, measureAll } from "./matrix.ts";
import { page } from "./page.ts";
import type { Part, Told } from "./shard.ts";
import { countsOf, type Played, redOf, tableOf } from "./table.ts";

/**
 * @param only one story; all without it
 * @returns true if no cell is red
 */
export async function playTable(only: string | undefined, writesDocs: boolean): Promise<boolean> {
  const stories = (await measureAll(only)).map((measured) => ({
    measured,
    cells: cellsOf(measured, createKillable().faults),
  }));
  const count = stories.reduce((sum, { cells }) => sum + cells.length, 0);
  const told = await playAll(only, count);
  const played: Played[] = stories.map(({ measured, cells }, story) => ({
    measured,
    results: cells.flatMap((cell, at) => {
      const result = told.get(`${story}.${at}`);
      return result ? [{ ...result, cell }] : [];
    }),
  }));
  const results = played.flatMap((one) => one.results);

  const folder = join(root, "node_modules/.cache");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "faults.md"), tableOf(played));
  if (writesDocs) writeFileSync(join(root, "docs/faults.md"), page(played));
  const red = redOf(results);
  process.stdout.write(`${[tableOf(played), ...red, countsOf(results)].join("\n\n")}\n`);
  return red.length === 0;
}

async function playAll(only: string | undefined, count: number): Promise<Map<string, Told>> {
  const found = new Map<string, Told>();
  const of = availableParallelism();
  const parts = Array.from({ length: of }, (_, shard) => playPart({ shard, of, story: only }, note));
  await Promise.all(parts);
  return found;

  function note(result: Told): void {
    found.set(`${result.story}.${result.at}`, result);
    if (found.size % 100 === 0) process.stderr.write(`${found.size} of ${count} cells\n`);
  }
}

function playPart(part: Part, note: (result: Told) => void): Promise<void> {
  const worker = new Worker(new URL("./shard.ts", import.meta.url), { workerData: part });
  return new Promise((resolve, reject) => {
    worker.on("message", note);
    worker.on("error", reject);
    worker.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`A thread ended with ${code}.`))));
  });
}
