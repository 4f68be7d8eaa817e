/** What happened, as a table. */
import { type Html, html } from "../../../report/html/text.ts";
import type { HistoryPart } from "../../acts/history.ts";
import { wordsOf } from "../../acts/history-words.ts";
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
${detail(event)}</td><td data-label="by">${event.by}</td></tr>
`;

function detail(event: HistoryPart): Html {
  const { facts, lines, comment } = wordsOf(event);
  return html`${facts.length > 0 ? html`<span class="muted">${facts.join(" · ")}</span>` : undefined}${
    comment === undefined ? undefined : html`<blockquote>${comment}</blockquote>`
  }${lines.length > 0 ? html`<pre class="why">${lines.join("\n")}</pre>` : undefined}`;
}

export const historyView = (
  { events, next }: { events: readonly HistoryPart[]; next?: string | undefined },
  now: Date,
): Html => html`<h1>History</h1>
${historyTable(events, now)}
${next === undefined ? undefined : html`<nav class="choices"><a class="choice" rel="next" href="/history?before=${next}">earlier</a></nav>`}`;
