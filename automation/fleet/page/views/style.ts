/** The page's style: that of the HTML report, and what only the page has. */
import { createHash } from "node:crypto";
import { STYLE as REPORT_STYLE } from "../../../report/html/style.ts";

const OWN_STYLE = `
a { color: var(--import); }
a.name { font-weight: 600; color: var(--text); text-decoration-color: var(--strong); text-underline-offset: .2em; }
a.name:hover { text-decoration-color: currentColor; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: .5rem; top: .5rem; z-index: 2; background: var(--surface); padding: .5rem 1rem; }
main:focus { outline: none; }
.fleet main { padding-top: 1.5rem; }
.head { background: var(--surface); border-bottom: 1px solid var(--line); }
.head nav { max-width: 68rem; margin: 0 auto; padding: .6rem 1.25rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; }
.head a { color: var(--muted); text-decoration: none; padding: .35rem 0; border-bottom: 2px solid transparent; }
.head a:hover { color: var(--text); } .head a[aria-current] { color: var(--text); border-color: currentColor; }
.head form { margin-left: auto; }
.count { background: var(--note); border: 1px solid var(--note-line); color: var(--text); border-radius: 1rem; padding: 0 .5rem; font-size: .8125rem; }
.state.note { color: var(--update); } .running { font-size: .8125rem; }
.box.good { border-color: var(--create); } .box h3 { font-size: .9375rem; margin: 0 0 .35rem; }
.choices { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin: 1rem 0; }
a.choice { color: var(--text); text-decoration: none; } a.choice:hover { border-color: var(--strong); }
a.choice[aria-current] { border-color: currentColor; background: var(--sunken); }
.search { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; }
.search input[type=search] { flex: 1 1 14rem; min-width: 0; }
input:not([type=hidden]), select, textarea, button { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--strong); border-radius: 8px; padding: .4rem .7rem; }
button { cursor: pointer; font-weight: 600; padding: .4rem 1rem; } button:hover { background: var(--sunken); }
button.primary { background: var(--create); border-color: var(--create); color: var(--ground); } button.primary:hover { filter: brightness(1.1); }
button.danger { color: var(--delete); border-color: currentColor; }
button.quiet { border-color: var(--line); font-weight: 400; padding: .2rem .7rem; }
.fleet .c-state { width: 8rem; } .fleet .c-time { width: 8.5rem; } .fleet .c-by { width: 12rem; }
time { white-space: nowrap; }
.fleet table.syncs, .fleet table.history { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; border-collapse: separate; border-spacing: 0; }
.syncs th, .syncs td, .history th, .history td { padding: .55rem .9rem; }
.syncs td, .history td { font-size: .875rem; }
p.place { font-size: .8125rem; color: var(--text); }
p.why, pre.why { margin: .25rem 0 0; font: inherit; font-size: .8125rem; white-space: pre-wrap; } .why.bad { color: var(--delete); }
blockquote { margin: .25rem 0; padding-left: .7rem; border-left: 3px solid var(--strong); white-space: pre-wrap; }
.facts { display: flex; flex-wrap: wrap; gap: .75rem 2rem; margin: 1.25rem 0; }
.facts dt { font-size: .8125rem; color: var(--muted); } .facts dd { margin: 0; }
.decide .choices { margin: .75rem 0 0; }
.decide label, .login label, .buttons label { display: block; margin: .25rem 0 .75rem; font-size: .875rem; color: var(--muted); }
.decide textarea, .decide input:not([type=hidden]), .login input:not([type=hidden]), .buttons input:not([type=hidden]) { display: block; width: 100%; margin-top: .2rem; color: var(--text); }
.by, .login label { max-width: 24rem; } .login, .login + .box, [role=alert]:has(+ .login) { max-width: 28rem; }
.buttons { margin: 1.5rem 0; }
@media (max-width: 44rem) {
  .head nav { padding: .5rem .9rem; }
  .fleet table.syncs tbody tr, .fleet table.history tbody tr { display: block; padding: .7rem .9rem; }
  .fleet table.syncs tbody tr:first-child, .fleet table.history tbody tr:first-child { border-top: 0; }
  .syncs td, .history td { display: block; padding: .1rem 0; }
  .syncs td[data-label], .history td[data-label] { display: inline-block; margin-right: 1rem; color: var(--muted); }
  .decide button { width: 100%; margin-top: .4rem; }
}
`;

export const STYLE = REPORT_STYLE + OWN_STYLE;
/** Another style has another name, so that it may be kept for ever. */
export const STYLE_PATH = `/style-${createHash("sha256").update(STYLE).digest("hex").slice(0, 16)}.css`;
