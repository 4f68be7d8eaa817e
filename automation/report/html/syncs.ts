/** The syncs of a page, each with a table of its keys. */

import { goneText } from "../../../provider/engine/gone-folders.ts";
import type { KeyEntry } from "../../review/key-entries.ts";
import { outcomeOf, UNKNOWN_OUTCOME, wordsOfAction } from "../../review/key-words.ts";
import { stateWords, wordsOf } from "../../review/operations.ts";
import { counted } from "../counts.ts";
import type { ReportDocument, ReportedSync, SyncResource } from "../json.ts";
import { isHighlighted, pausedText, placeText, settingText, syncTally, toldSyncs } from "../summary.ts";
import { type Html, html } from "./text.ts";

/** Beyond so many rows a browser gets slow; the JSON report has all of them. */
const MOST_ROWS = 20_000;
/** So many are laid out at once; later syncs are folded. */
const MOST_OPEN_ROWS = 400;

/** What sections are made from. */
type Told = Pick<ReportDocument, "resources" | "command" | "isPreview">;

export function syncSections(document: Told): Html[] {
  let rows = 0;
  return toldSyncs(document).map((resource) => {
    const room = Math.max(0, MOST_ROWS - rows);
    rows += resource.sync.keys.length;
    return section(resource, document, { room, isOpen: rows <= MOST_OPEN_ROWS });
  });
}

function section(
  resource: SyncResource,
  document: Told,
  { room, isOpen }: { room: number; isOpen: boolean },
): Html {
  const { name, sync, properties } = resource;
  const left = sync.keys.length - room;
  return html`<details class="sync"${isOpen ? html` open` : undefined}>
<summary><h3>${name}</h3>${operationText(resource)}<span class="muted">${syncTally(resource, document)}</span></summary>
<div class="inner">
${placeLine(resource)}
${sync.isBlind ? html`<p class="box alarm">! The source instance deletes every key of the source, whoever wrote it.</p>` : undefined}
${sync.outcome === "unknown" ? html`<p class="box alarm">! ${UNKNOWN_OUTCOME}</p>` : undefined}
${(sync.goneFolders ?? []).map(
  (folder) => html`<p class="box note">${goneText(folder)}</p>
`,
)}
${sync.paused ? html`<p class="box note">${pausedText(sync.paused)}</p>` : undefined}
${properties.length > 0 ? html`<ul class="settings">${properties.map(setting)}</ul>` : undefined}
${sync.keys.length > 0 ? keyTable(name, sync, room) : undefined}
${left > 0 ? html`<p class="muted">${counted(left, "more key")} in the JSON report.</p>` : undefined}
</div>
</details>
`;
}

function operationText({ operation, status }: SyncResource): Html | undefined {
  const state = stateWords(operation, status);
  if (status === "failed") return html`<span class="state bad">× ${state}</span>`;
  if (operation === "same" || operation === "refresh") return undefined;
  return html`<span class="${operation}"><span class="sign">${wordsOf(operation).sign}</span>${state}</span>`;
}

function placeLine({ sync: { source, destination } }: SyncResource): Html | undefined {
  if (!source) return undefined;
  const told = (place: NonNullable<ReportedSync["source"]>) =>
    html`<code>${placeText(place)}</code>${place.instanceUrl === undefined ? undefined : html` at <code>${place.instanceUrl}</code>`}`;
  return html`<p class="place">${told(source)}${destination ? html` ${TO} ${told(destination)}` : undefined}</p>`;
}

/** An arrow that no font has to have. */
const TO = html`<svg class="to" viewBox="0 0 14 8" role="img" aria-label="to"><path d="M0 4H12M8.5 .5L12.5 4L8.5 7.5"/></svg>`;

function setting({ path, kind, before, after }: SyncResource["properties"][number]): Html {
  const operation = kind === "add" ? "create" : kind;
  const text = settingText({ before, after });
  return html`<li class="${operation}"><span class="sign">${wordsOf(operation).sign}</span><code>${path}${text === "" ? "" : `: ${text}`}</code></li>`;
}

function keyTable(name: string, sync: ReportedSync, room: number): Html {
  const keys = sync.keys.slice(0, room);
  return html`<table aria-label="Keys of ${name}">
<thead><tr><th scope="col" class="c-action">Action</th><th scope="col">Key</th><th scope="col" class="c-why">Why</th><th scope="col" class="c-revision">Source revision</th><th scope="col" class="c-revision">Destination revision</th></tr></thead>
<tbody>
${keys.map((entry) => row(entry, sync))}</tbody>
</table>`;
}

/** What became of a key, where its sync has failed. */
export function outcomeNote(entry: KeyEntry, sync: ReportedSync): Html | undefined {
  const outcome = outcomeOf(entry, sync);
  return outcome === undefined
    ? undefined
    : html` <span class="fate ${outcome.replace(" ", "-")}">${outcome}</span>`;
}

function row(entry: KeyEntry, sync: ReportedSync): Html {
  const { key, action, why, reason, before, sourceRevision, destinationRevision, isForeign } = entry;
  const kinds = [
    action,
    ...(isForeign ? ["foreign"] : []),
    ...(isHighlighted(entry, sync) ? ["loud"] : []),
  ].join(" ");
  const isRevised = before !== undefined && before !== sourceRevision && reason === "new-value";
  const source =
    sourceRevision === undefined
      ? undefined
      : html`<code>${isRevised ? html`${before} ${TO} ` : undefined}${sourceRevision}</code>`;
  const destination =
    destinationRevision === undefined ? undefined : html`<code>${destinationRevision}</code>`;
  return html`<tr class="${kinds}"><td><span class="sign">${wordsOfAction(action).sign}</span>${action}${outcomeNote(entry, sync)}</td><td><code>${key}</code></td><td class="why">${why}</td><td data-label="Source">${source}</td><td data-label="Destination">${destination}</td></tr>
`;
}
