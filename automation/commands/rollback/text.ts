/** What people read of `rollback` and `resume`. */

import { partsText } from "../../../provider/engine/parts.ts";
import { canGoBackTo, type RememberedRun } from "../../../provider/engine/record/runs.ts";
import { isInVain } from "../../../provider/engine/rollback.ts";
import { byName } from "../../../provider/natural.ts";
import { oneLine } from "../../../provider/printable.ts";
import type { PreparedRollback } from "../../../provider/resources/sync/engine/rollback.ts";
import { pauseIn } from "../../../provider/resources/sync/inputs.ts";
import { summary } from "../../../provider/resources/sync/progress.ts";
import { syncPart } from "../../report/json.ts";
import { keyLines, type ListOptions } from "../../report/key-lines.ts";
import { places, syncLines } from "../../report/sync-lines.ts";
import type { Paint } from "../../terminal/paint.ts";
import type { DocumentRedactor } from "../../terminal/redact.ts";
import type { Words } from "../on-syncs.ts";
import type { Destination, SyncHistory } from "./request.ts";
import { reviewRollback } from "./review.ts";

export const ROLLBACK: Words = {
  command: "rollback",
  sign: "~",
  color: "yellow",
  told: {
    succeeded: "rolled back, and paused",
    unchanged: "nothing to undo",
    planned: "to be rolled back, and paused",
  },
};

export const RESUME: Words = {
  command: "resume",
  sign: "~",
  color: "yellow",
  told: { succeeded: "resumed: the next up pushes again", unchanged: "was not paused" },
  none: "none is paused",
};

const NONE = { create: 0, update: 0, delete: 0, import: 0, unchanged: 0, kept: 0 };

const UNTOLD = (parts: string) => `its ${parts} cannot be put back: the instance does not tell how they were`;

/** Enough of an id to name a run by. */
const shortId = (id: string) => id.slice(0, 8);

const HINT =
  "Name a run to go back to with --to: its id, the first characters of it, or a time. --preview shows what that would do.";

/** The remembered runs, sync by sync, newest first. */
export function historyText(histories: readonly SyncHistory[], paint: Paint): string {
  if (histories.length === 0) return "The stack's state has no sync that this package runs.";
  const listed = histories
    .map(({ sync, runs }) => {
      const paused = pauseIn(sync.outputs);
      const title = paint("bold", sync.resource);
      const state = paused === undefined ? "" : paint("yellow", `  paused since ${paused.at}`);
      const rows = runs.map((run) => historyRow(run, runs, paint));
      const lines =
        rows.length > 0
          ? [paint("dim", "Run       Ended                     Changes"), ...rows]
          : ["no run that changed anything is remembered"];
      return [`${title}${state}`, ...lines.map((line) => `  ${line}`)].join("\n");
    })
    .join("\n\n");
  if (histories.every(({ runs }) => runs.length === 0)) return listed;
  return `${listed}\n\n${HINT}`;
}

function historyRow(run: RememberedRun, runs: readonly RememberedRun[], paint: Paint): string {
  const remarks = [
    ...(run.isPartial ? ["stopped half-way"] : []),
    ...(run.rollbackTo === undefined ? [] : [`rollback to ${shortId(run.rollbackTo)}`]),
    ...(run === runs[0] ? ["the last one"] : []),
    ...(canGoBackTo(runs, run.id) ? [] : ["cannot be gone back to: too much was done since"]),
  ];
  const told = remarks.length > 0 ? paint("dim", `  (${remarks.join("; ")})`) : "";
  return `${shortId(run.id)}  ${run.at}  ${summary({ ...NONE, ...run.counts })}${told}`;
}

/** What a rollback is about to do to one sync, and what it cannot or may not do. */
export function previewText(
  { sync, run, prepared, sourceUrl }: Destination & { prepared: PreparedRollback; sourceUrl: string },
  options: ListOptions,
  { cleanAll }: DocumentRedactor,
): string {
  const { paint } = options;
  const circumstances = { operation: "update", command: "preview" } as const;
  const plan = syncPart(cleanAll(reviewRollback(sync, prepared, sourceUrl)), circumstances);
  const lines = syncLines(
    { operation: "update", sync: plan },
    { command: "preview", isPreview: true },
    options,
  );
  const { left, earlier, untold } = prepared;
  const noted = <Key extends { label: string }>(keys: readonly Key[], textOf: (key: Key) => string) =>
    keys
      .toSorted((a, b) => byName(a.label, b.label))
      .map((key) => ({ key: oneLine(key.label), sign: "!", color: "yellow" as const, text: textOf(key) }));
  const title = `${paint("bold", oneLine(sync.resource))}  to what run ${shortId(run.id)} had left at ${run.at}`;
  const body = [
    ...(lines.length > 0 ? lines : places(plan, paint)),
    ...(earlier.size === 0 ? ["nothing to undo: it was the last run that changed anything"] : []),
    ...(earlier.size > 0 && lines.length === 0 ? ["keys: nothing to put back"] : []),
    ...keyLines(
      noted(left, ({ why }) => `stays: ${why}`),
      options,
      "more stay",
    ),
    ...keyLines(
      noted(untold, ({ parts }) => UNTOLD(partsText(parts))),
      options,
      "more",
    ),
    ...(earlier.size > 0 && !isInVain(prepared)
      ? ["then paused: nothing is pushed until `external-infisical resume`"]
      : []),
  ];
  return [`  ${title}`, ...body.map((line) => `    ${line}`)].join("\n");
}
