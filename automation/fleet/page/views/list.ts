/** All syncs, or those that are looked for. */
import { counted, number } from "../../../report/counts.ts";
import { type Html, html } from "../../../report/html/text.ts";
import type { StatusContent, SyncStatus } from "../../acts/status-document.ts";
import { STATUSES, type Status } from "../../rows/status.ts";
import { badge, nextTime, places, syncPath, time } from "./words.ts";

/** Syncs of one page. */
export const PAGE_SIZE = 50;

/** What is looked for. */
export interface Wanted {
  search: string;
  project: string;
  status: Status | "";
  page: number;
}

export function listView(content: StatusContent, wanted: Wanted, now: Date): Html {
  const all = Object.values(content.totals).reduce((sum, count) => sum + count, 0);
  return html`<h1>Syncs</h1>
${all === 0 ? html`<p class="box">Nothing is declared yet. <code>external-infisical fleet apply -f syncs.yaml</code> declares what stands in a file.</p>` : undefined}
${all > 0 ? statusLinks(content, wanted, all) : undefined}
${all > 0 ? searchForm(content, wanted) : undefined}
${all > 0 ? html`<p class="muted" role="status">${foundText(content, wanted)}</p>` : undefined}
${content.syncs.length > 0 ? table(content.syncs, now) : undefined}
${pageLinks(content, wanted)}`;
}

function statusLinks({ totals }: StatusContent, wanted: Wanted, all: number): Html {
  const link = (status: Status | "", count: number) =>
    html`<a class="choice" href="${linkTo({ ...wanted, status, page: 1 })}"${wanted.status === status ? html` aria-current="true"` : undefined}>${status === "" ? "all" : status} <span class="muted">${number(count)}</span></a> `;
  return html`<nav class="choices" aria-label="By status">
${link("", all)}
${STATUSES.filter((status) => (totals[status] ?? 0) > 0 || wanted.status === status).map((status) => link(status, totals[status] ?? 0))}
</nav>`;
}

function searchForm({ projects }: StatusContent, { search, project, status }: Wanted): Html {
  const option = (name: string) =>
    html`<option value="${name}"${name === project ? html` selected` : undefined}>${name}</option>`;
  return html`<form class="search" role="search" method="get" action="/">
${status === "" ? undefined : html`<input type="hidden" name="status" value="${status}">`}
<input type="search" name="search" value="${search}" placeholder="Name, environment, path, instance" aria-label="Search by name or place" autocomplete="off" spellcheck="false">
${projects.length > 1 ? html`<select name="project" aria-label="Project"><option value="">all projects</option>${projects.map(option)}</select>` : undefined}
<button>Search</button>
</form>`;
}

function foundText({ found, syncs }: StatusContent, { page }: Wanted): string {
  if (found === 0) return "No sync is like that.";
  const first = (page - 1) * PAGE_SIZE;
  return found <= PAGE_SIZE
    ? counted(found, "sync")
    : `${number(first + 1)} to ${number(first + syncs.length)} of ${counted(found, "sync")}`;
}

const table = (syncs: readonly SyncStatus[], now: Date): Html => html`<table class="syncs" aria-label="Syncs">
<thead><tr><th scope="col" class="c-state">Status</th><th scope="col">Sync</th><th scope="col" class="c-time">Checked</th><th scope="col" class="c-time">Next</th></tr></thead>
<tbody>
${syncs.map((sync) => row(sync, now))}</tbody>
</table>`;

const row = (sync: SyncStatus, now: Date): Html => html`<tr><td>${badge(sync)}</td><td>
<a class="name" href="${syncPath(sync)}">${sync.name}</a> <span class="muted">${sync.project}</span>
<p class="place">${places(sync)}</p>
${why(sync)}</td><td data-label="Checked">${time(sync.checkedAt, now)}</td><td data-label="Next">${nextTime(sync, now)}</td></tr>
`;

/** Why it waits or failed, in a line. */
function why({ status, parked, message, failures }: SyncStatus): Html | undefined {
  const [reason] = parked?.reasons ?? [];
  if (status === "parked" && reason) {
    const more = (parked?.reasonCount ?? 1) - 1;
    return html`<p class="why">${reason.key === undefined ? undefined : html`<code>${reason.key}</code> `}${reason.message}${more > 0 ? html` <span class="muted">and ${counted(more, "more reason")}</span>` : undefined}</p>`;
  }
  if (status === "failed" && message !== undefined)
    return html`<p class="why bad">${firstLine(message)}${failures > 1 ? html` <span class="muted">(${number(failures)} times)</span>` : undefined}</p>`;
  return undefined;
}

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

function pageLinks({ found }: StatusContent, wanted: Wanted): Html | undefined {
  const last = Math.ceil(found / PAGE_SIZE);
  const { page } = wanted;
  if (last <= 1) return undefined;
  const link = (to: number, text: string, rel: string) =>
    html`<a class="choice" rel="${rel}" href="${linkTo({ ...wanted, page: to })}">${text}</a> `;
  return html`<nav class="choices" aria-label="Pages of the list">
${page > 1 ? link(page - 1, "previous", "prev") : undefined}
<span class="muted">page ${number(page)} of ${number(last)}</span>
${page < last ? link(page + 1, "next", "next") : undefined}
</nav>`;
}

function linkTo({ search, project, status, page }: Wanted): string {
  const given = { search, project, status, page: page > 1 ? String(page) : "" };
  const query = new URLSearchParams(Object.entries(given).filter(([, value]) => value !== ""));
  return query.size === 0 ? "/" : `/?${query}`;
}
