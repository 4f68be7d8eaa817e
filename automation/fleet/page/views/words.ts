/** Words and times that several pages show. */
import { type Html, html } from "../../../report/html/text.ts";
import { placeText } from "../../../report/summary.ts";
import { nextWords } from "../../acts/next-words.ts";
import type { SyncStatus } from "../../acts/status-document.ts";
import type { Status } from "../../rows/status.ts";

/** How each status looks. Its word is the same everywhere. */
const LOOKS: Readonly<Record<Status, "good" | "bad" | "note" | "open">> = {
  parked: "note",
  paused: "open",
  approved: "good",
  failed: "bad",
  rejected: "open",
  removed: "open",
  new: "open",
  synced: "good",
};

export const badge = ({ status, isRunning }: Pick<SyncStatus, "status" | "isRunning">): Html =>
  html`<span class="state ${LOOKS[status]}">${status}</span>${isRunning ? html` <span class="muted running">running</span>` : undefined}`;

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

const TIMES = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

/** For example "3 min. ago", with the time itself beside it. */
export function time(at: string | undefined, now: Date): Html {
  if (at === undefined) return html`<span class="muted">never</span>`;
  const seconds = Math.round((Date.parse(at) - now.getTime()) / 1000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  const text = Math.abs(seconds) < 10 ? "now" : TIMES.format(Math.trunc(seconds / size), unit);
  return html`<time datetime="${at}" title="${utc(at)}">${text}</time>`;
}

/** When it runs next; what is overdue waits for a worker. */
export function nextTime(sync: SyncStatus, now: Date): Html {
  const { nextAt } = sync;
  if (nextAt === undefined) return html`<span class="muted">${nextWords(sync)}</span>`;
  return Date.parse(nextAt) <= now.getTime()
    ? html`<time datetime="${nextAt}" title="${utc(nextAt)}">due</time>`
    : time(nextAt, now);
}

export const utc = (at: string): string => `${at.slice(0, 19).replace("T", " ")} UTC`;

/** Where it reads and writes. */
export function places({ source, destination }: Pick<SyncStatus, "source" | "destination">): Html {
  const told = (place: NonNullable<SyncStatus["source"]>) =>
    html`<code>${placeText(place, { isShort: true })}</code>`;
  return html`${source ? told(source) : html`<span class="muted">a source that is not known</span>`} <span class="muted">to</span> ${
    destination ? told(destination) : html`<span class="muted">a destination that is not known</span>`
  }${destination?.instanceUrl ? html` <span class="muted">at ${host(destination.instanceUrl)}</span>` : undefined}`;
}

const host = (url: string): string => url.replace(/^https?:\/\//, "");

export const syncPath = ({ project, name }: { project: string; name: string }): string =>
  `/syncs/${encodeURIComponent(project)}/${encodeURIComponent(name)}`;
