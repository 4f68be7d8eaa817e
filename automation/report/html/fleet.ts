/** The picture of the fleet: the source, the instances that it is synced to, and a line for each sync. */

import { KEY_ACTIONS } from "../../review/key-entries.ts";
import { wordsOfAction } from "../../review/key-words.ts";
import type { ReportDocument, SyncResource } from "../json.ts";
import { syncsOf } from "../json.ts";
import { counted, number, syncTally } from "../summary.ts";
import { type Html, html } from "./text.ts";

/** More lines would be no picture any more. */
const MOST_DRAWN = 30;

/** Drawn twice, for wide and for narrow windows; the style shows one of them. */
export function fleetPicture(document: ReportDocument): Html | undefined {
  const syncs = syncsOf(document);
  if (syncs.length === 0) return undefined;
  // Those with something to tell go first; sorting keeps the order otherwise.
  const drawn = syncs.toSorted((a, b) => weight(b) - weight(a)).slice(0, MOST_DRAWN);
  const groups = [...Map.groupBy(drawn, instanceOf)];
  const left = syncs.length - drawn.length;
  const instances = new Set(syncs.map(instanceOf)).size;
  const label = `${counted(syncs.length, "sync")} from the source to ${counted(instances, "instance")}`;
  return html`<figure>
${wide(groups, document, label)}
${narrow(groups, document, label)}
${left > 0 ? html`<figcaption class="muted">and ${counted(left, "sync")} more, below</figcaption>` : undefined}
</figure>`;
}

type Groups = readonly (readonly [string, readonly SyncResource[]])[];

const weight = ({ status, sync }: SyncResource): number =>
  status === "failed" ? 3 : sync.totals.foreign > 0 ? 2 : sync.keys.length > 0 || sync.isUnknown ? 1 : 0;

const instanceOf = ({ sync }: SyncResource): string => {
  const url = sync.destination?.instanceUrl;
  return url === undefined ? "an instance not on record" : url.replace(/^https?:\/\//, "");
};

const placeOf = (place: { environment: string; secretPath: string } | undefined, most: number): string =>
  place === undefined ? "" : short(`${place.environment}:${place.secretPath}`, most);

const short = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

const stateOf = ({ status, sync }: SyncResource): string =>
  status === "failed" ? "failed" : sync.isUnknown ? "unknown" : sync.keys.length > 0 ? "moving" : "still";

/** `+3 ~1 -1`, each in its colour. */
function countsOf({ status, sync }: SyncResource): Html {
  const counts = KEY_ACTIONS.filter((action) => sync.totals[action] > 0).map(
    (action) =>
      html` <tspan class="${action}">${wordsOfAction(action).sign}${number(sync.totals[action])}</tspan>`,
  );
  const foreign =
    sync.totals.foreign > 0 ? html` <tspan class="bad">!${number(sync.totals.foreign)}</tspan>` : undefined;
  if (status === "failed") return html`<tspan class="bad">× failed</tspan>`;
  if (sync.isUnknown) return html`<tspan>?</tspan>`;
  return counts.length === 0 ? html`<tspan>=</tspan>` : html`${counts}${foreign}`;
}

const ROW = 54;
const GAP = 16;

function wide(groups: Groups, document: ReportDocument, label: string): Html {
  const heights = groups.map(([, syncs]) => syncs.length * ROW);
  const height = heights.reduce((sum, each) => sum + each, 0) + (groups.length - 1) * GAP;
  let top = 0;
  const drawn = groups.map(([instance, syncs], index) => {
    const start = top;
    top += (heights[index] ?? 0) + GAP;
    return html`${box(588, start, 172, heights[index] ?? 0, short(instance, 24), "destination")}
${syncs.map((sync, line) => wideLine(sync, start + line * ROW + ROW / 2, document))}`;
  });
  return html`<svg class="wide" viewBox="-1 -1 762 ${height + 2}" role="img" aria-label="${label}">
${box(0, 0, 128, height, "Source", "read from here")}
${drawn}
</svg>`;
}

function wideLine(resource: SyncResource, y: number, document: ReportDocument): Html {
  const state = stateOf(resource);
  const { source, destination } = resource.sync;
  return html`<g><title>${resource.name}: ${syncTally(resource, document)}</title>
<path class="arrow ${state}" d="M128 ${y}H580"/><path class="head ${state}" d="M588 ${y}l-10 -5v10z"/>
<text class="name" x="144" y="${y - 8}">${short(resource.name, 34)}</text><text class="end" x="568" y="${y - 8}">${countsOf(resource)}</text>
<text class="small" x="144" y="${y + 17}">${placeOf(source, 34)}</text><text class="small end" x="568" y="${y + 17}">${placeOf(destination, 34)}</text></g>`;
}

function narrow(groups: Groups, document: ReportDocument, label: string): Html {
  const HEAD = 30;
  let top = 40 + GAP;
  const lines: number[] = [];
  const drawn = groups.map(([instance, syncs]) => {
    const start = top;
    const height = HEAD + syncs.length * ROW;
    top += height + GAP;
    return html`<rect x="30" y="${start}" width="310" height="${height}" rx="8"/>
<text class="name" x="46" y="${start + 21}">${short(instance, 38)}</text>
${syncs.map((sync, line) => {
  const y = start + HEAD + line * ROW + ROW / 2;
  lines.push(y);
  return narrowLine(sync, y, document);
})}`;
  });
  return html`<svg class="narrow" viewBox="-1 -1 342 ${top - GAP + 2}" role="img" aria-label="${label}">
<rect x="0" y="0" width="340" height="40" rx="8"/><text class="name" x="14" y="25">Source</text>
<path class="arrow" d="M14 40V${lines.at(-1) ?? 40}"/>
${drawn}
</svg>`;
}

function narrowLine(resource: SyncResource, y: number, document: ReportDocument): Html {
  const state = stateOf(resource);
  const { source, destination } = resource.sync;
  const places = [placeOf(source, 22), placeOf(destination, 22)].filter((place) => place !== "").join(" → ");
  return html`<g><title>${resource.name}: ${syncTally(resource, document)}</title>
<path class="arrow ${state}" d="M14 ${y}H34"/><path class="head ${state}" d="M42 ${y}l-10 -5v10z"/>
<text x="50" y="${y - 3}">${short(resource.name, 24)}</text><text class="end" x="326" y="${y - 3}">${countsOf(resource)}</text>
<text class="small" x="50" y="${y + 14}">${places}</text></g>`;
}

const box = (x: number, y: number, width: number, height: number, name: string, note: string): Html =>
  html`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>
<text class="name middle" x="${x + width / 2}" y="${y + height / 2}">${name}</text>
<text class="small middle" x="${x + width / 2}" y="${y + height / 2 + 16}">${note}</text>`;
