/** What people read of `sync`, `import` and `remove`. */
import { syncPart } from "../../report/json.ts";
import { type ListOptions, titled } from "../../report/key-lines.ts";
import { BLIND, places, syncLines } from "../../report/sync-lines.ts";
import type { Words } from "../on-syncs.ts";
import type { Announcement } from "./announce.ts";
import type { JobRequest } from "./request.ts";

interface JobWords extends Words {
  headline: string;
  question: string;
}

const SYNC: JobWords = {
  command: "sync",
  sign: "~",
  color: "yellow",
  headline: "Syncing, by the source instance",
  question: "Do you want the source instance to run this?",
  told: { succeeded: "synced" },
  tellsJob: true,
};

const IMPORT: JobWords = {
  command: "import",
  sign: "<",
  color: "cyan",
  headline: "Importing into the source, by the source instance",
  question: "Do you want the source instance to import this?",
  told: { succeeded: "imported" },
  tellsJob: true,
};

const REMOVE_BY_INSTANCE: JobWords = {
  command: "remove",
  sign: "-",
  color: "red",
  headline: "Removing secrets, by the source instance",
  question: "Do you want the source instance to delete all these keys, whoever wrote them?",
  told: { succeeded: "removed" },
  tellsJob: true,
};

const REMOVE_BY_ENGINE: JobWords = {
  ...REMOVE_BY_INSTANCE,
  headline: "Removing secrets, by this package",
  question: "Do you want to delete these keys?",
};

export function wordsOf({ command, execution }: JobRequest): JobWords {
  if (command !== "remove") return command === "sync" ? SYNC : IMPORT;
  return execution === "engine" ? REMOVE_BY_ENGINE : REMOVE_BY_INSTANCE;
}

/** What is about to be done, with the keys that a removal takes. */
export function announcementText(
  request: JobRequest,
  announcements: readonly Announcement[],
  options: ListOptions,
): string {
  const { paint } = options;
  return announcements
    .map((announcement) => {
      const lines = [
        ...keysOf(request, announcement, options),
        ...announcement.warnings.map((text) => `${paint("yellow", "warning:")} ${text}`),
        ...behaviorLines(request),
      ];
      return titled(announcement.sync.resource, lines, paint).join("\n");
    })
    .join("\n\n");
}

function keysOf(request: JobRequest, { review }: Announcement, options: ListOptions): string[] {
  const { paint } = options;
  if (request.command !== "remove") return places(review, paint);
  const isByInstance = request.execution === "native";
  if (review.changes.length === 0 && !review.isBlind)
    return [
      ...places(review, paint),
      isByInstance ? "keys: the source has none" : "keys: none that it is known to have created",
    ];
  const seen = isByInstance && !review.isBlind ? [paint("red", BLIND)] : [];
  const sync = syncPart(review, { operation: "delete", command: "destroy" });
  const lines = syncLines({ operation: "delete", sync }, { command: "destroy", isPreview: true }, options);
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
