/** The page of the documentation. */
import { countsOf, type Played, tableOf } from "./table.ts";

export const page = (played: readonly Played[]) => `# Faults

What becomes of a run when something fails in the middle of it. \`npm run test:faults\` disturbs every request of the
deployments below, on both sides, in every way of the tables, and then runs again without faults; \`npm test\` plays a
chosen part. \`npm run test:faults -- --write-docs\` writes this page.

${countsOf(played.flatMap(({ results }) => results))}.

Each character is one request, in the order of the lists (a preview's requests come first, then those of the
deployment):

- \`·\` the run succeeded all the same, mostly by asking again
- \`f\` it failed and named the cause, and the next run finished its work
- \`R\` something below does not hold

"From there on" means that the fault also hits all later requests to that side, until the run has ended.

A cell is not red where all of this holds:

- after the next run both sides are as an undisturbed run leaves them, and a third one finds nothing to do
- no instance was asked to write or delete a key, or to write a value, that an undisturbed run does not ask for
- the state can be read, and what it claims to be at the destination is there, at the revision that it claims; except
  for keys whose answer got lost, of which nobody but the instance knows until the next run looks
- a run that failed names the cause
- the disturbed run sent at most 20 requests more than an undisturbed one; \`Retry-After\` was honoured
- redirects were not followed

"Reset", "truncated", "wrong content type" and "slow" come in the forms where the instance has acted and only its
answer is lost, unless they say "before". "Killed" is \`SIGKILL\` to the process that runs the provider, while the
deployment tool keeps the state that it had.

${tableOf(played)}
`;
