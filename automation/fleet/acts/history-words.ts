/** What people read of an event of the history, beside when, what and by whom. */

import type { Counts } from "../../../provider/engine/plan.ts";
import { lookUp } from "../../../provider/look-up.ts";
import { isPlain } from "../../../provider/resources/properties.ts";
import { summary } from "../../../provider/resources/sync/progress.ts";
import { counted } from "../../report/counts.ts";
import type { HistoryPart } from "./history.ts";

export interface EventWords {
  /** Each a part of a sentence. */
  facts: string[];
  /** What a run told, why it failed, or why its plan waits. */
  lines: string[];
  /** Somebody's own words. */
  comment?: string;
}

export function wordsOf({ detail }: Pick<HistoryPart, "detail">): EventWords {
  const { comment, message, told, plan, reasons, why, counts, change, from, parts, keys, approvedBy } =
    detail;
  const facts = [
    changeText(change, { from, parts }),
    adoptedText({ keys, from: change === undefined ? from : undefined }),
    countsText(counts),
    typeof why === "string" ? (lookUp(WHY, why) ?? why) : undefined,
    typeof plan === "string" ? `plan ${plan}` : undefined,
    typeof approvedBy === "string" ? `approved by ${approvedBy}` : undefined,
  ].filter((fact) => fact !== undefined);
  return {
    facts,
    lines: [message, ...listOf(told), ...listOf(reasons).map(reasonText)].filter(
      (line) => typeof line === "string",
    ),
    ...(typeof comment === "string" && { comment }),
  };
}

/** Why a run was made. */
const WHY: Readonly<Record<string, string>> = {
  schedule: "as scheduled",
  hand: "as somebody asked for it",
  webhook: "since its source told of a change",
  event: "since its source told of a change",
  chain: "since what it reads was written",
  declared: "since its declaration changed",
  approved: "since its plan was approved",
  resumed: "since it was resumed",
};

function changeText(
  change: unknown,
  { from, parts }: { from?: unknown; parts?: unknown },
): string | undefined {
  switch (change) {
    case undefined:
      return undefined;
    case "renamed":
    case "moved":
      return `${change} from ${String(from)}`;
    case "restored":
      return "declared again";
    case "removed":
      return "no file declares it any more";
    case "changed":
      return `changed: ${listOf(parts).join(", ")}`;
    default:
      return String(change);
  }
}

function adoptedText({ keys, from }: { keys?: unknown; from?: unknown }): string | undefined {
  if (from === undefined) return undefined;
  return `from ${String(from)}${typeof keys === "number" ? `, with ${counted(keys, "key")}` : ""}`;
}

const NONE: Counts = { create: 0, update: 0, delete: 0, import: 0, unchanged: 0, kept: 0 };

/** In the words in which a deployment tells its counts. */
const countsText = (counts: unknown): string | undefined =>
  isPlain(counts) ? summary({ ...NONE, ...counts }) : undefined;

function reasonText(reason: unknown): unknown {
  if (!isPlain(reason)) return undefined;
  const { key, message } = reason;
  return typeof key === "string" ? `${key}: ${String(message)}` : message;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
