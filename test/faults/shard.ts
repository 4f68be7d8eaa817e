/** Plays a part of the cells in a thread of its own, and tells each result as it comes. */
import { parentPort, workerData } from "node:worker_threads";
import { playCell, type Result } from "./cell.ts";
import { createKillable } from "./killable.ts";
import { cellsOf, measureAll } from "./matrix.ts";

/** Which part: every `of`-th cell, from the `shard`-th on. */
export interface Part {
  shard: number;
  of: number;
  /** One story only. */
  story: string | undefined;
}

/** A result, with the number of its story and of its cell. */
export type Told = Pick<Result, "outcome" | "reasons" | "requests"> & { story: number; at: number };

// The provider reports on its runs.
console.log = () => {};
const { shard, of, story: only } = workerData as Part;
const killable = createKillable();
for (const [story, measured] of (await measureAll(only)).entries()) {
  for (const [at, cell] of cellsOf(measured, killable.faults).entries()) {
    if (at % of !== shard) continue;
    const { outcome, reasons, requests } = await playCell(
      cell,
      measured.clean,
      cell.fault.isDeadly ? killable.open : undefined,
    );
    parentPort?.postMessage({ story, at, outcome, reasons, requests } satisfies Told);
  }
}
