/** A report as one page that needs nothing from elsewhere, and asks for nothing. */
import { createHash } from "node:crypto";
import { KEY_ACTIONS } from "../../review/key-entries.ts";
import { TALLY_WORDS, tenseOf, wordsOfAction } from "../../review/key-words.ts";
import { stateWords, wordsOf } from "../../review/operations.ts";
import { number } from "../counts.ts";
import type { ReportDocument } from "../json.ts";
import { syncsOf } from "../json.ts";
import {
  headlineOf,
  highlightedKeys,
  highlightText,
  keyNumbers,
  limitText,
  messagesOf,
  originText,
  otherResources,
  settingText,
  shortType,
  titleOf,
  toldSyncs,
  untoldError,
} from "../summary.ts";
import { fleetPicture } from "./fleet.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";
import { outcomeNote, syncSections } from "./syncs.ts";
import { type Html, html, trusted } from "./text.ts";

/** Loud keys named at the top; all are marked in the tables. */
const MOST_LOUD = 12;

const digest = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
/** Nothing is loaded, sent or run but what is named by its hash. */
const POLICY = [
  "default-src 'none'",
  "img-src data:",
  `style-src ${digest(STYLE)}`,
  `script-src ${digest(SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Renders a document. */
export function htmlPage(document: ReportDocument): string {
  const name = [document.project, document.stack].filter((each) => each !== undefined).join(" / ");
  const { what, where } = headlineOf(document);
  const limit = limitText(document);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${what} · ${name}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
<header>
<p class="muted">${titleOf(document)} of secret syncs</p>
<div class="top"><h1>${name || "Secret syncs"}</h1>${stateOf(document)}</div>
<p>${isCounted(document) ? undefined : html`<strong>${what}</strong> `}<span class="muted">${where}</span></p>
${limit === "" ? undefined : html`<p>${limit}</p>`}
</header>
${tiles(document)}
${errorBox(document)}
${policyBox(document)}
${highlightBox(document)}
${messageBox(document)}
${fleetPicture(document)}
${filterBar(document)}
${toldSyncs(document).length > 0 ? html`<h2>Syncs</h2>` : undefined}
${syncSections(document)}
${resourceBox(document)}
<footer>${originText(document)}. Names and revisions only: no secret value is in this page.</footer>
</main>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`;
  return page.html;
}

/** What happens to keys stands in the tiles, once. */
const isCounted = ({ result, totals }: ReportDocument): boolean =>
  result === "succeeded" && KEY_ACTIONS.some((action) => totals[action] > 0);

function stateOf({ result, isPreview, hasChanges }: ReportDocument): Html {
  if (result !== "succeeded") return html`<span class="state bad">× ${result}</span>`;
  if (isPreview)
    return html`<span class="state open">${hasChanges ? "to be deployed" : "nothing to deploy"}</span>`;
  return html`<span class="state good">done</span>`;
}

function tiles(document: ReportDocument): Html {
  const words = TALLY_WORDS[tenseOf(document)];
  const { told: totals, notDone, notKnown } = keyNumbers(syncsOf(document));
  const unchanged = syncsOf(document).reduce((sum, { sync }) => sum + sync.unchanged, 0);
  const tile = (kind: string, count: number, sign: string, text: string) =>
    html`<li class="${kind}${count === 0 ? " zero" : ""}"><strong>${count > 0 ? sign : ""}${number(count)}</strong><span>${text}</span></li>`;
  return html`<ul class="tiles" aria-label="Keys">
${KEY_ACTIONS.filter((action) => action !== "import" || totals.import > 0).map((action) =>
  tile(action, totals[action], wordsOfAction(action).sign, words[action]),
)}
${tile("foreign", totals.foreign, "!", "foreign")}
${notDone > 0 ? tile("undone", notDone, "", "not done") : undefined}
${notKnown > 0 ? tile("undone", notKnown, "?", "not known") : undefined}
${tile("same", unchanged, "", "unchanged")}
</ul>`;
}

function errorBox(document: ReportDocument): Html | undefined {
  const error = untoldError(document);
  if (!error) return undefined;
  return html`<section class="box alarm"><h2>${titleOf(document)} ${document.result}</h2>${error.message === undefined ? undefined : html`<pre>${error.message}</pre>`}${
    error.hint === undefined ? undefined : html`<pre class="muted">${error.hint}</pre>`
  }</section>`;
}

function policyBox({ policies }: ReportDocument): Html | undefined {
  if (policies.length === 0) return undefined;
  const isForbidden = policies.some(({ enforcement }) => enforcement === "mandatory");
  const items = policies.map(
    ({ rule, enforcement, sync, key, message }) =>
      html`<li><strong>${enforcement}</strong> <code>${rule}</code>: ${message} <span class="muted">(${sync}${key === undefined ? "" : `, ${key}`})</span></li>`,
  );
  return html`<section class="box ${isForbidden ? "alarm" : "note"}"><h2>Policies</h2><ul>${items}</ul></section>`;
}

function highlightBox(document: ReportDocument): Html | undefined {
  const keys = highlightedKeys(document);
  if (keys.length === 0) return undefined;
  const items = keys
    .slice(0, MOST_LOUD)
    .map(
      ({ name, entry, sync }) =>
        html`<li class="${entry.action}"><span class="sign">${wordsOfAction(entry.action).sign}</span>${entry.action} <code>${entry.key}</code> <span class="muted">in ${name}</span>${outcomeNote(entry, sync)}</li>`,
    );
  const more = keys.length - items.length;
  return html`<section class="box alarm"><h2>! ${highlightText(document)}</h2><ul>${items}${
    more > 0 ? html`<li class="muted">and ${number(more)} more, marked below</li>` : undefined
  }</ul></section>`;
}

function messageBox(document: ReportDocument): Html | undefined {
  const messages = messagesOf(document);
  if (messages.length === 0) return undefined;
  const isBad = messages.some(({ severity }) => severity === "error");
  const items = messages.map(({ severity, message, subject }) => {
    return html`<li><strong>${severity}</strong>${subject === "" ? "" : ` ${subject}`}:<pre>${message}</pre></li>`;
  });
  return html`<section class="box ${isBad ? "alarm" : "note"}"><h2>Messages</h2><ul>${items}</ul></section>`;
}

/** Shown by the script, which does the filtering. */
function filterBar(document: ReportDocument): Html | undefined {
  const { totals } = document;
  const actions = KEY_ACTIONS.filter((action) => totals[action] > 0);
  if (actions.length === 0) return undefined;
  const choice = (kind: string, sign: string) =>
    html`<label class="choice ${kind}"><input type="checkbox" value="${kind}"><span class="sign">${sign}</span>${kind}</label>`;
  return html`<div id="filter" role="search" hidden>
<input id="search" type="search" placeholder="Filter by key" aria-label="Filter by key" autocomplete="off" spellcheck="false">
${actions.map((action) => choice(action, wordsOfAction(action).sign))}
${totals.foreign > 0 ? choice("foreign", "!") : undefined}
<output id="found" for="search"></output>
</div>`;
}

function resourceBox(document: ReportDocument): Html | undefined {
  const items = otherResources(document).map(({ name, type, operation, status, properties }) => {
    const { sign } = wordsOf(operation);
    const state = stateWords(operation, status);
    const settings = properties.map(
      ({ path, before, after }) => html` <code>${path} ${settingText({ before, after })}</code>`,
    );
    return html`<li class="${operation}"><span class="sign">${sign}</span> ${state} ${shortType(type)} <code>${name}</code>${settings}</li>`;
  });
  if (items.length === 0) return undefined;
  return html`<h2>Other resources</h2><section class="box"><ul>${items}</ul></section>`;
}
