/** The picture of the fleet: for each instance that the source is synced to, a line for each sync between the two. */

import { KEY_ACTIONS } from "../../review/key-entries.ts";
import { wordsOfAction } from "../../review/key-words.ts";
import type { ReportDocument, SyncResource } from "../json.ts";
import { syncsOf } from "../json.ts";
import { byWeight, counted, number, syncTally } from "../summary.ts";
import { type Html, html } from "./text.ts";

/** More lines would be no picture any more. */
const MOST_DRAWN = 30;

/** Drawn twice, for wide and for narrow windows; the style shows one of them. */
export function fleetPicture(document: ReportDocument): Html | undefined {
  const syncs = syncsOf(document);
  if (syncs.length === 0) return undefined;
  const drawn = byWeight(syncs).slice(0, MOST_DRAWN);
  const groups = [...Map.groupBy(drawn, instanceOf)];
  const left = syncs.length - drawn.length;
  const instances = new Set(syncs.map(instanceOf)).size;
  const label = `${counted(syncs.length, "sync")} from the source to ${counted(instances, "instance")}`;
  return html`<figure aria-label="${label}">
${groups.map(([instance, syncs]) => group(instance, syncs, document))}
${left > 0 ? html`<figcaption class="muted">and ${counted(left, "sync")} more, below</figcaption>` : undefined}
</figure>`;
}

/** The names of the two ends stay in view while their lines are scrolled through. */
function group(instance: string, syncs: readonly SyncResource[], document: ReportDocument): Html {
  return html`<div class="flow">
<div class="ends"><span><strong>${sourceOf(syncs)}</strong> source</span><span><strong>${instance}</strong> destination</span></div>
${wide(syncs, instance, document)}
${narrow(syncs, instance, document)}
</div>
`;
}

const hostOf = (url: string): string => url.replace(/^https?:\/\//, "");

const sourceOf = ([first]: readonly SyncResource[]): string =>
  hostOf(first?.sync.source?.instanceUrl ?? "the source instance");

const instanceOf = ({ sync }: SyncResource): string =>
  hostOf(sync.destination?.instanceUrl ?? "an instance not on record");

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

const labelOf = (syncs: readonly SyncResource[], instance: string) =>
  `${counted(syncs.length, "sync")} to ${instance}`;

function wide(syncs: readonly SyncResource[], instance: string, document: ReportDocument): Html {
  const height = syncs.length * ROW;
  return html`<svg class="wide" viewBox="-1 -1 762 ${height + 2}" role="img" aria-label="${labelOf(syncs, instance)}">
${box(0, 128, height)}${box(588, 172, height)}
${syncs.map((sync, line) => wideLine(sync, line * ROW + ROW / 2, document))}
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

function narrow(syncs: readonly SyncResource[], instance: string, document: ReportDocument): Html {
  const height = syncs.length * ROW;
  return html`<svg class="narrow" viewBox="-1 -1 342 ${height + 2}" role="img" aria-label="${labelOf(syncs, instance)}">
${box(30, 310, height)}
<path class="arrow" d="M14 0V${height - ROW / 2}"/>
${syncs.map((sync, line) => narrowLine(sync, line * ROW + ROW / 2, document))}
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

const box = (x: number, width: number, height: number): Html =>
  html`<rect x="${x}" y="0" width="${width}" height="${height}" rx="8"/>`;
