/** One sync: what waits and why, key by key, what is decided about it, and what happened. */
import { counted, number } from "../../../report/counts.ts";
import { syncSections } from "../../../report/html/syncs.ts";
import { type Html, html } from "../../../report/html/text.ts";
import { APPROVALS } from "../../../syncs/fleet-settings.ts";
import type { ShowContent } from "../../acts/show.ts";
import type { SyncStatus } from "../../acts/status-document.ts";
import { historyTable } from "./history.ts";
import { badge, nextTime, places, syncPath, time, utc } from "./words.ts";

type Parked = NonNullable<SyncStatus["parked"]>;
type Reason = Parked["reasons"][number];

export interface Circumstances {
  now: Date;
  csrf: string;
  /** Who presses buttons. */
  name: string;
  /** They said so when they logged in, and are not asked again. */
  isNameFixed: boolean;
  /** What was done just now. */
  done: string | undefined;
}

export function syncView(content: ShowContent, circumstances: Circumstances): Html {
  const { sync, history, description } = content;
  const { now, done } = circumstances;
  return html`${done === undefined ? undefined : html`<p class="box good" role="status">${done}</p>`}
<header>
<p class="muted">${sync.project}</p>
<div class="top"><h1>${sync.name}</h1><span>${badge(sync)}</span></div>
<p class="place">${places(sync)}</p>
${description === undefined ? undefined : html`<p>${description}</p>`}
</header>
${facts(content, now)}
${sync.message !== undefined && sync.status === "failed" ? html`<section class="box alarm"><h2>The last run failed</h2><pre>${sync.message}</pre></section>` : undefined}
${sync.removedAt === undefined ? undefined : html`<section class="box note"><h2>Not declared any more</h2><p>Since ${utc(sync.removedAt)} no file declares it.</p></section>`}
${plan(content, circumstances)}
${buttons(sync, circumstances)}
<h2>History</h2>
${historyTable(history.events, now, { ofOne: true })}`;
}

function facts({ sync, keys, approve }: ShowContent, now: Date): Html {
  const fact = (name: string, value: Html | string | undefined) =>
    value === undefined ? undefined : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<dl class="facts">
${fact("Keys", keys === undefined ? "none yet" : number(keys))}
${fact("Checked", time(sync.checkedAt, now))}
${fact("Changed", time(sync.changedAt, now))}
${fact("Next", nextTime(sync, now))}
${fact("Schedule", sync.schedule === "never" ? "when asked" : html`<code>${sync.schedule}</code>`)}
${fact("Waits for approval", approve.length === 0 ? "what policies and guards refuse" : approve.join(", "))}
${fact("Paused", sync.pausedAt === undefined ? undefined : html`${time(sync.pausedAt, now)} by ${sync.pausedBy ?? "somebody"}`)}
</dl>`;
}

function plan({ sync, plan }: ShowContent, circumstances: Circumstances): Html | undefined {
  const { parked } = sync;
  if (!plan || !parked) return undefined;
  const report = { command: "preview" as const, isPreview: true, resources: plan.resources };
  return html`<section class="plan" aria-labelledby="plan">
<h2 id="plan">${plan.isRefused ? "Refused by a guard" : parked.decision === undefined ? "Waits for your decision" : `Plan, ${parked.decision}`}</h2>
<p class="muted">Plan <code>${plan.id}</code>, since ${utc(parked.since)}.</p>
${decided(parked, sync.pausedAt !== undefined, circumstances.now)}
${reasons(plan.reasons, parked.decision === undefined)}
${
  plan.isRefused
    ? GUARDED
    : html`${syncSections(report)}
${decision(plan.id, sync, circumstances)}`
}
</section>`;
}

const GUARDED = html`<p class="muted">No decision overrides it. Change the source, the destination or the sync's options; the next run looks again.</p>`;

const fateOf = (decision: "approved" | "rejected", isPaused: boolean): string => {
  if (decision === "rejected") return "It is not done, and not asked again until something else is found.";
  return isPaused ? "It is done once the sync is resumed." : "A worker does it next.";
};

function decided(
  { decision, decidedBy, decidedAt, comment }: Parked,
  isPaused: boolean,
  now: Date,
): Html | undefined {
  if (decision === undefined) return undefined;
  return html`<section class="box${decision === "approved" ? " good" : ""}"><p><strong>${decision}</strong> by ${decidedBy ?? "somebody"}, ${time(decidedAt, now)}. ${fateOf(decision, isPaused)}</p>${comment === undefined ? undefined : html`<blockquote>${comment}</blockquote>`}</section>`;
}

/** What syncs have waited for by themselves; all else is a policy's rule, or a guard's code. */
const RULES: ReadonlySet<string> = new Set(APPROVALS);

/** Reasons that are shown; of keys, each stands in the table as well. */
const MOST_REASONS = 20;

function reasons(all: readonly Reason[], isWaiting: boolean): Html | undefined {
  if (all.length === 0) return undefined;
  const items = all
    .slice(0, MOST_REASONS)
    .map(
      ({ rule, message, key }) =>
        html`<li>${key === undefined ? undefined : html`<code>${key}</code> `}${message} <span class="muted">by ${RULES.has(rule) ? "fleet.approve" : rule}</span></li>`,
    );
  const more = all.length - items.length;
  return html`<section class="box${isWaiting ? " alarm" : ""}"><h3>${isWaiting ? "Why it waits" : "Why it waited"}</h3><ul>${items}${more > 0 ? html`<li class="muted">and ${counted(more, "more reason")}</li>` : undefined}</ul></section>`;
}

function decision(plan: string, { parked }: SyncStatus, circumstances: Circumstances): Html {
  const choices = [
    ...(parked?.decision === "approved"
      ? []
      : [
          html`<button class="primary" formaction="/plans/${encodeURIComponent(plan)}/approve">Approve this plan</button> `,
        ]),
    ...(parked?.decision === "rejected"
      ? []
      : [
          html`<button class="danger" formaction="/plans/${encodeURIComponent(plan)}/reject">Reject it</button>`,
        ]),
  ];
  return html`<form class="box decide" method="post" action="/plans/${encodeURIComponent(plan)}/reject">
${NO_DEFAULT}${hidden(circumstances)}
<label>Comment, for the history<textarea name="comment" rows="2" maxlength="2000"></textarea></label>
${nameField(circumstances)}
<p class="muted">An approval is of exactly this plan. If anything else is found when it is done, it waits again.</p>
<div class="choices">${choices}</div>
</form>`;
}

/** Enter in a field does nothing: a plan is decided on by its buttons alone. */
const NO_DEFAULT = html`<button disabled hidden></button>`;

function buttons(sync: SyncStatus, circumstances: Circumstances): Html {
  const path = syncPath(sync);
  const isPaused = sync.pausedAt !== undefined;
  return html`<form class="buttons" method="post" action="${path}/run">
${NO_DEFAULT}${hidden(circumstances)}
${sync.parked === undefined ? nameField(circumstances) : html`<input type="hidden" name="by" value="${circumstances.name}">`}
${isPaused ? undefined : html`<button>Run now</button> `}
${isPaused ? html`<button formaction="${path}/resume">Resume</button>` : html`<button formaction="${path}/pause">Pause</button>`}
</form>`;
}

const hidden = ({ csrf }: Circumstances): Html => html`<input type="hidden" name="csrf" value="${csrf}">`;

const nameField = ({ name, isNameFixed }: Circumstances): Html =>
  isNameFixed
    ? html`<input type="hidden" name="by" value="${name}">`
    : html`<label class="by">Your name, for the history<input name="by" required maxlength="80" value="${name}" autocomplete="username"></label>`;
