/** The picture of the fleet: for each instance that the source is synced to, a line for each sync between the two. */

import { KEY_ACTIONS } from "../../review/key-entries.ts";
import { wordsOfAction } from "../../review/key-words.ts";
import { counted, number } from "../counts.ts";
import type { ReportDocument, SyncResource } from "../json.ts";
import { syncsOf } from "../json.ts";
import { byWeight, syncTally } from "../summary.ts";
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
  // The numbers of a single one are those of the page.
  const tells = syncs.length > 1;
  return html`<figure aria-label="${label}">
${groups.map(([instance, syncs]) => group(instance, syncs, document, tells))}
${left > 0 ? html`<figcaption class="muted">and ${counted(left, "sync")} more, below</figcaption>` : undefined}
</figure>`;
}

/** Two ends in boxes, which stay in view while the lines between what hangs from them are scrolled through. */
function group(
  instance: string,
  syncs: readonly SyncResource[],
  document: ReportDocument,
  tells: boolean,
): Html {
  const label = `${counted(syncs.length, "sync")} to ${instance}`;
  const draw = (form: Form) => picture(syncs, form, { document, label, tells });
  return html`<div class="flow">
<div class="ends"><span>source<strong>${sourceOf(syncs)}</strong></span><span>destination<strong>${instance}</strong></span></div>
${draw(WIDE)}
${draw(NARROW)}
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

/** `+3 ~1 -1`, each in its colour, and in words what has no sign elsewhere on the page. */
function countsOf({ status, sync }: SyncResource): Html {
  if (status === "failed") return html`<tspan class="bad">failed</tspan>`;
  if (sync.isUnknown) return html`<tspan>not known yet</tspan>`;
  const counts = KEY_ACTIONS.filter((action) => sync.totals[action] > 0).map(
    (action) =>
      html` <tspan class="${action}">${wordsOfAction(action).sign}${number(sync.totals[action])}</tspan>`,
  );
  const { foreign } = sync.totals;
  if (foreign > 0) counts.push(html` <tspan class="bad">${number(foreign)} foreign</tspan>`);
  return counts.length === 0 ? html`<tspan>no change</tspan>` : html`${counts}`;
}

/** How it is drawn; texts are cut to what fits. */
interface Form {
  name: "wide" | "narrow";
  width: number;
  mostOfName: number;
  mostOfPlace: number;
}

const WIDE: Form = { name: "wide", width: 760, mostOfName: 60, mostOfPlace: 50 };
const NARROW: Form = { name: "narrow", width: 340, mostOfName: 22, mostOfPlace: 22 };
const ROW = 54;
/** Between the edge and what hangs from an end, and from there to the texts. */
const [RAIL, GAP] = [12, 12];

interface Telling {
  document: ReportDocument;
  label: string;
  tells: boolean;
}

function picture(syncs: readonly SyncResource[], form: Form, telling: Telling): Html {
  const height = syncs.length * ROW;
  const rail = (x: number) => html`<path class="rail" d="M${x} 0V${height - ROW / 4}"/>`;
  return html`<svg class="${form.name}" viewBox="0 0 ${form.width} ${height}" role="img" aria-label="${telling.label}">
${rail(RAIL)}${rail(form.width - RAIL)}
${syncs.map((sync, index) => line(sync, index * ROW + ROW / 2, form, telling))}
</svg>`;
}

function line(
  resource: SyncResource,
  y: number,
  { width, mostOfName, mostOfPlace }: Form,
  { document, tells }: Telling,
): Html {
  const state = stateOf(resource);
  const { source, destination } = resource.sync;
  const [from, to] = [RAIL + GAP, width - RAIL - GAP];
  const end = width - RAIL;
  return html`<g><title>${resource.name}: ${syncTally(resource, document)}</title>
<path class="arrow ${state}" d="M${RAIL} ${y}H${end - 10}"/><path class="head ${state}" d="M${end - 1} ${y}l-10 -5v10z"/>
<text class="name" x="${from}" y="${y - 8}">${short(resource.name, mostOfName)}</text>${tells ? html`<text class="end" x="${to}" y="${y - 8}">${countsOf(resource)}</text>` : undefined}
<text class="small" x="${from}" y="${y + 17}">${placeOf(source, mostOfPlace)}</text><text class="small end" x="${to}" y="${y + 17}">${placeOf(destination, mostOfPlace)}</text></g>`;
}
