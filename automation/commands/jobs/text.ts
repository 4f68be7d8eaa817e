/** What people read of `sync`, `import` and `remove`. */
import { describeError } from "../../../provider/errors.ts";
import { oneLine } from "../../../provider/printable.ts";
import { BLIND, places, syncLines } from "../../report/sync-lines.ts";
import type { Color } from "../../review/operations.ts";
import type { Paint } from "../../terminal/paint.ts";
import type { DocumentRedactor } from "../../terminal/redact.ts";
import type { Announcement } from "./announce.ts";
import type { SyncResult } from "./perform.ts";
import type { JobRequest } from "./request.ts";

interface Words {
  sign: string;
  color: Color;
  headline: string;
  question: string;
  done: string;
}

const WORDS: Readonly<Record<"sync" | "import" | "removeByInstance" | "removeByEngine", Words>> = {
  sync: {
    sign: "~",
    color: "yellow",
    headline: "Syncing, by the source instance",
    question: "Do you want the source instance to run this?",
    done: "synced",
  },
  import: {
    sign: "<",
    color: "cyan",
    headline: "Importing into the source, by the source instance",
    question: "Do you want the source instance to import this?",
    done: "imported",
  },
  removeByInstance: {
    sign: "-",
    color: "red",
    headline: "Removing secrets, by the source instance",
    question: "Do you want the source instance to delete all these keys, whoever wrote them?",
    done: "removed",
  },
  removeByEngine: {
    sign: "-",
    color: "red",
    headline: "Removing secrets, by this package",
    question: "Do you want to delete these keys?",
    done: "removed",
  },
};

function wordsOf({ command, execution }: JobRequest): Words {
  if (command !== "remove") return WORDS[command];
  return execution === "engine" ? WORDS.removeByEngine : WORDS.removeByInstance;
}

export const headlineOf = (request: JobRequest, stack: string): string =>
  `${wordsOf(request).headline} (${stack})`;

export const questionOf = (request: JobRequest): string => wordsOf(request).question;

/** What is about to be done, with the keys that a removal takes. */
export function announcementText(
  request: JobRequest,
  announcements: readonly Announcement[],
  options: { paint: Paint; isFull: boolean },
): string {
  const { paint } = options;
  return announcements
    .map((announcement) => {
      const lines = [
        ...keyLines(request, announcement, options),
        ...announcement.warnings.map((text) => `${paint("yellow", "warning:")} ${text}`),
        ...behaviorLines(request),
      ];
      return [paint("bold", announcement.sync.resource), ...lines.map(indented)].map(indented).join("\n");
    })
    .join("\n\n");
}

const indented = (line: string) => `  ${line}`;

function keyLines(
  request: JobRequest,
  { review }: Announcement,
  { paint, isFull }: { paint: Paint; isFull: boolean },
): string[] {
  if (request.command !== "remove") return places(review, paint);
  const isByInstance = request.execution === "native";
  if (review.changes.length === 0 && !review.isBlind)
    return [
      ...places(review, paint),
      isByInstance ? "keys: the source has none" : "keys: none that it is known to have created",
    ];
  const seen = isByInstance && !review.isBlind ? [paint("red", BLIND)] : [];
  const lines = syncLines(
    { operation: "delete", sync: review },
    { command: "destroy", isPreview: true },
    { paint, isFull },
  );
  return [...seen, ...lines];
}

function behaviorLines(request: JobRequest): string[] {
  if (request.execution === "engine" || request.job.kind !== "import") return [];
  return [
    request.job.behavior === "prioritize-source"
      ? "keys that the source's folder itself lacks are created there; its own values stay"
      : "keys that the source's folder itself lacks are created there; its own values are overwritten",
  ];
}

/** One line for a sync that is done with. */
export function resultLine(request: JobRequest, { sync, result, jobId }: SyncResult, paint: Paint): string {
  const { sign, color, done } = wordsOf(request);
  const status = {
    succeeded: paint(color, done) + (jobId === undefined ? "" : paint("dim", ` (job ${oneLine(jobId)})`)),
    failed: paint("red", `${request.command} failed`),
    skipped: paint("gray", "skipped"),
  }[result];
  return ` ${paint(color, sign)}  ${oneLine(sync.resource)}  ${status}`;
}

/** The failures and the numbers, at the end. */
export function summaryText(
  request: JobRequest,
  results: readonly SyncResult[],
  paint: Paint,
  clean: DocumentRedactor["clean"],
): string {
  const failures = results
    .filter(({ error }) => error !== undefined)
    .map(
      ({ sync, error }) =>
        `  ${paint("red", "error:")} ${oneLine(sync.resource)}: ${clean(describeError(error))}`,
    );
  const count = (of: SyncResult["result"], what: string) => {
    const found = results.filter(({ result }) => result === of).length;
    return found > 0 ? [`    ${found} ${what}`] : [];
  };
  return [
    ...(failures.length > 0 ? ["", "Diagnostics:", ...failures] : []),
    "",
    "Syncs:",
    ...count("succeeded", wordsOf(request).done),
    ...count("failed", "failed"),
    ...count("skipped", "skipped"),
  ].join("\n");
}
