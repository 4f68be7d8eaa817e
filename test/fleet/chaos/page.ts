/** The page of the documentation. */
import type { Played } from "./play.ts";

export const page = (played: readonly Played[]) => `# Faults of a fleet

What becomes of a run when something fails in the middle of it. \`npm run test:fleet -- --write-docs\` plays it and writes this page:
three workers, each a process of its own, on a real PostgreSQL, and two local instances. A sync has run well; then its source has a
new key, a changed one and one less, and the run that brings them over is disturbed. The seconds go from the fault, or the end of an
outage, to the moment when the run was made to its end and is on record. They were measured on a busy machine.

A row is good where all of this holds, judged by the destination's own list of requests: its keys are as an undisturbed run leaves them,
the key that somebody else has there is as it was, what the sync has created is remembered so, no two workers have written in
turns, nobody writes once the work is done (also who wakes up then, or whose network is back), and a further run finds nothing to do.
Where the database has lost what was on record of the run, what it had created may count as found there.

| what fails | when | goes on after | holds |
| --- | --- | --- | --- |
${played.map(row).join("\n")}
`;

const row = ({ story, seconds, faults, note }: Played) =>
  `| ${story.what} | ${story.when} | ${seconds.toFixed(1)} s | ${faults.length === 0 ? "yes" : `**no**: ${faults.join("; ")}`}${note === undefined ? "" : `; ${note}`} |`;
