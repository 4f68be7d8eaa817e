/** What happened, as a table. */
import { lookUp } from "../../../../provider/look-up.ts";
import { type Html, html } from "../../../report/html/text.ts";
import { counted } from "../../../report/summary.ts";
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
  const { comment, message, told, plan, reasons, why, ...rest } = given;
  const lines = [message, ...(Array.isArray(told) ? told : [])].filter((each) => typeof each === "string");
  const facts = [
    ...(typeof why === "string" ? [lookUp(WHY, why) ?? why] : []),
    ...(typeof plan === "string" ? [`plan ${plan}`] : []),
    ...(Array.isArray(reasons) ? [counted(reasons.length, "reason")] : []),
    ...Object.entries(rest).flatMap(([name, value]) => factText(name, value)),
  ];
  return html`${facts.length > 0 ? html`<span class="muted">${facts.join(" · ")}</span>` : undefined}${
    typeof comment === "string" ? html`<blockquote>${comment}</blockquote>` : undefined
  }${lines.length > 0 ? html`<pre class="why">${lines.join("\n")}</pre>` : undefined}`;
}

/** Why a run was made. */
const WHY: Readonly<Record<string, string>> = {
  schedule: "as scheduled",
  hand: "asked for",
  webhook: "its source told of a change",
  event: "its source told of a change",
  chain: "what it reads was written",
  declared: "its declaration changed",
  approved: "its plan was approved",
  resumed: "it was resumed",
};

function factText(name: string, value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (name === "approvedBy") return [`approved by ${String(value)}`];
  const text = typeof value === "object" ? factsIn(value) : String(value);
  if (text === "") return [];
  return [name === "counts" ? text : `${name}: ${text}`];
}

/** "created 3, deleted 1"; what is none is left out. */
const factsIn = (value: object): string =>
  Object.entries(value)
    .filter(([, inner]) => inner !== 0 && inner !== null)
    .map(([name, inner]) => `${name} ${typeof inner === "object" ? JSON.stringify(inner) : String(inner)}`)
    .join(", ");

export const historyView = (
  { events, next }: { events: readonly HistoryPart[]; next?: string | undefined },
  now: Date,
): Html => html`<h1>History</h1>
${historyTable(events, now)}
${next === undefined ? undefined : html`<nav class="choices"><a class="choice" rel="next" href="/history?before=${next}">earlier</a></nav>`}`;
