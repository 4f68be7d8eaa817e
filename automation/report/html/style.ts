/** The page's style: one column, on a phone rows become cards; colours follow the reader's scheme. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f7f7f5; --surface: #fff; --sunken: #f1f1ee; --line: #dfdfda; --strong: #b9bab4;
  --text: #1d1f22; --muted: #5a5e66;
  --create: #17693f; --update: #7d5000; --delete: #b0261c; --import: #1a57ab;
  --alarm: #fdeeec; --alarm-line: #e9aaa4; --note: #fff6e0; --note-line: #e5cd8f;
  --shadow: 0 1px 2px rgb(0 0 0 / 5%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #131518; --surface: #1b1e22; --sunken: #23272c; --line: #31363d; --strong: #555c66;
    --text: #e9e9e6; --muted: #a6abb3;
    --create: #62cc92; --update: #e2b75a; --delete: #ff958b; --import: #86b8ff;
    --alarm: #341a18; --alarm-line: #7d3a34; --note: #2e2612; --note-line: #6b5827;
    --shadow: none;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; font-weight: 650; letter-spacing: -.01em; }
h2 { font-size: 1rem; margin: 2.25rem 0 .75rem; font-weight: 650; }
p { margin: .25rem 0; }
code, .mono { font: .9em/1.5 ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, monospace; unicode-bidi: isolate; }
.muted { color: var(--muted); }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--import); outline-offset: 2px; border-radius: 4px; }

.top { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; justify-content: space-between; }
.state { font-size: .875rem; font-weight: 600; padding: .15rem .65rem; border: 1px solid currentColor; border-radius: 1rem; white-space: nowrap; }
.state.good { color: var(--create); } .state.bad { color: var(--delete); } .state.open { color: var(--muted); }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 1.5rem 0; padding: 0; list-style: none; }
.tiles li { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1rem; box-shadow: var(--shadow); }
.tiles strong { display: block; font-size: 1.75rem; line-height: 1.2; font-weight: 600; letter-spacing: -.02em; }
.tiles .zero strong, .tiles .zero span { color: var(--muted); font-weight: 400; }
.tiles span { font-size: .875rem; color: var(--muted); }
.tiles .foreign:not(.zero) { background: var(--alarm); border-color: var(--alarm-line); }
.create .sign, .create > strong, text .create { color: var(--create); fill: var(--create); }
.update .sign, .update > strong, text .update { color: var(--update); fill: var(--update); }
.delete .sign, .delete > strong, text .delete { color: var(--delete); fill: var(--delete); }
.import .sign, .import > strong, text .import { color: var(--import); fill: var(--import); }
.tiles .foreign:not(.zero) strong { color: var(--delete); }

.box { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: .9rem 1.1rem; margin: .75rem 0; box-shadow: var(--shadow); }
.box.alarm { background: var(--alarm); border-color: var(--alarm-line); }
.box.note { background: var(--note); border-color: var(--note-line); }
.box h2 { margin: 0 0 .35rem; }
.box ul { list-style: none; margin: .35rem 0 0; padding: 0; } .box li { margin: .15rem 0; }
.box pre { margin: .25rem 0; white-space: pre-wrap; font: inherit; }

figure { margin: 1.5rem 0; }
figure svg { display: block; width: 100%; height: auto; }
.flow + .flow { margin-top: 1rem; }
.ends { position: sticky; top: 0; z-index: 1; display: flex; justify-content: space-between; gap: 1rem; background: var(--ground); padding-top: .5rem; font-size: .8125rem; color: var(--muted); }
.ends span { border: 1px solid var(--strong); border-radius: 10px; background: var(--surface); padding: .35rem .8rem; max-width: 48%; }
.ends strong { display: block; font-size: .9375rem; color: var(--text); } .ends span + span { text-align: right; }
figure .narrow { display: none; }
svg text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--text); font-variant-numeric: tabular-nums; }
svg text.small { font-size: 11px; fill: var(--muted); }
svg text.name { font-weight: 600; }
svg .end { text-anchor: end; }
svg .rail { stroke: var(--strong); stroke-width: 1.5; }
svg .arrow { stroke: var(--strong); fill: none; stroke-width: 1.5; }
svg .arrow.moving { stroke: var(--text); }
svg .arrow.failed { stroke: var(--delete); }
svg .arrow.unknown { stroke-dasharray: 4 4; }
svg .head { fill: var(--strong); } svg .head.moving { fill: var(--text); } svg .head.failed { fill: var(--delete); }
svg text .bad { fill: var(--delete); font-weight: 600; }

#filter { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; background: var(--ground); padding: .75rem 0; margin-top: 1rem; border-bottom: 1px solid var(--line); }
#search { flex: 1 1 14rem; min-width: 0; font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--strong); border-radius: 8px; padding: .4rem .7rem; }
.choice { display: inline-flex; align-items: center; gap: .4rem; padding: .3rem .7rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--surface); font-size: .875rem; cursor: pointer; }
.choice:has(:checked) { border-color: currentColor; background: var(--sunken); }
.choice input { margin: 0; accent-color: var(--import); }
#found { font-size: .875rem; color: var(--muted); margin-left: auto; }

.sync { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; margin: .9rem 0; box-shadow: var(--shadow); content-visibility: auto; contain-intrinsic-size: auto 20rem; }
.sync > summary { cursor: pointer; padding: .8rem 1.1rem; display: flex; flex-wrap: wrap; gap: .15rem .9rem; align-items: baseline; list-style: none; }
.sync > summary::-webkit-details-marker { display: none; }
.sync > summary::before { content: ""; align-self: center; width: .55rem; height: .55rem; background: var(--muted); clip-path: polygon(15% 0, 100% 50%, 15% 100%); }
.sync[open] > summary::before { transform: rotate(90deg); }
.sync h3 { font-size: 1rem; font-weight: 650; margin: 0; }
.sync summary .muted { font-size: .875rem; }
.sync .inner { padding: 0 1.1rem .9rem; }
.sync .place { font-size: .875rem; }
.settings { margin: .5rem 0; padding-left: 1.2rem; font-size: .875rem; }

table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: .875rem; margin-top: .6rem; }
th { text-align: left; font-weight: 600; color: var(--muted); font-size: .8125rem; }
th, td { padding: .34rem .6rem .34rem 0; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; }
.sign { display: inline-block; width: 1em; font-weight: 700; font-family: ui-monospace, Menlo, Consolas, monospace; }
.c-action { width: 6.2rem; } .c-why { width: 27%; } .c-revision { width: 21%; }
tr.foreign td, tr.loud td { background: var(--alarm); }
tr.foreign td:first-child, tr.loud td:first-child { box-shadow: -.4rem 0 0 var(--alarm); }
tr.foreign .why, tr.loud .why { color: var(--delete); font-weight: 600; }
.fate { color: var(--muted); white-space: nowrap; } .fate.not-done, .fate.not-known { color: var(--delete); font-weight: 600; }
svg.to { width: 1.05em; height: .6em; vertical-align: baseline; } svg.to path { stroke: var(--muted); stroke-width: 1.5; fill: none; }
footer { margin-top: 2.5rem; color: var(--muted); font-size: .8125rem; }

@media (max-width: 44rem) {
  main { padding: 1.25rem .9rem 3rem; }
  figure .wide { display: none; } figure .narrow { display: block; }
  #filter { position: static; }
  .tiles { grid-template-columns: repeat(2, 1fr); gap: .5rem; }
  .sync > summary, .sync .inner, .box { padding-left: .9rem; padding-right: .9rem; }
  table, tbody { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { display: grid; grid-template-columns: 5.6rem 1fr; padding: .5rem 0; border-top: 1px solid var(--line); }
  td { border: 0; padding: 0; }
  td:nth-child(n + 3) { grid-column: 2; font-size: .8125rem; }
  td:empty { display: none; }
  td[data-label]::before { content: attr(data-label) " "; color: var(--muted); }
  tr.foreign, tr.loud { background: var(--alarm); box-shadow: -.9rem 0 0 var(--alarm), .9rem 0 0 var(--alarm); }
  tr.foreign td:first-child, tr.loud td:first-child { box-shadow: none; }
}
@media print {
  #filter { display: none; }
  .sync { content-visibility: visible; break-inside: auto; }
}
`;
