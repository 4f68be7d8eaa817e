/** What happened, as a table. */
import { lookUp } from "../../../../provider/look-up.ts";
import { type Html, html } from "../../../report/html/text.ts";
import type { HistoryPart } from "../../acts/history.ts";
import { syncPath, time } from "./words.ts";

/** @param ofOne leaves out the sync's name */
export function historyTable(events: readonly HistoryPart[], now: Date, { ofOne = false } = {}): Html {
  if (events.length === 0) return html`<p class="muted">Nothing has happened yet.</p>`;
  return html`<table class="history" aria-label="History">
<thead><tr><th scope="col" class="c-time">When</th><th scope="col">What</th><th scope="col" class="c-by">By</th></tr></thead>
<tbody>
${events.map((event) => row(event, now, ofOne))}</tbody>
</table>`;
}

const row = (
  event: HistoryPart,
  now: Date,
  ofOne: boolean,
): Html => html`<tr><td>${time(event.at, now)}</td><td>
<strong>${event.event}</strong>${ofOne ? undefined : html` <a class="name" href="${syncPath(event)}">${event.name}</a> <span class="muted">${event.project}</span>`}
${detail(event.detail)}</td><td data-label="by">${event.by}</td></tr>
`;

/** What is told in words of its own; the rest as it is. */
function detail(given: HistoryPart["detail"]): Html {
  const { comment, message, plan, ...rest } = given;
  const others = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
  return html`${typeof comment === "string" ? html`<blockquote>${comment}</blockquote>` : undefined}${
    typeof message === "string" ? html`<pre class="why">${message}</pre>` : undefined
  }${typeof plan === "string" ? html` <span class="muted">plan <code>${plan}</code></span>` : undefined}${others.map(
    ([name, value]) =>
      html` <span class="muted">${lookUp(LABELS, name) ?? name}: ${typeof value === "string" ? value : asText(value)}</span>`,
  )}`;
}

const LABELS: Readonly<Record<string, string>> = { durationMs: "milliseconds" };

const asText = (value: unknown): string =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value)
        .map(
          ([name, inner]) => `${name} ${typeof inner === "object" ? JSON.stringify(inner) : String(inner)}`,
        )
        .join(", ")
    : JSON.stringify(value);

export const historyView = (
  { events, next }: { events: readonly HistoryPart[]; next?: string | undefined },
  now: Date,
): Html => html`<h1>History</h1>
${historyTable(events, now)}
${next === undefined ? undefined : html`<nav class="choices"><a class="choice" rel="next" href="/history?before=${next}">earlier</a></nav>`}`;
