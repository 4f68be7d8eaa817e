/** `sync`, `import` and `remove` tell what is about to happen, ask, act, and tell what came of it. */
import { refuseViolations } from "../../policies/refuse.ts";
import { syncPart } from "../../report/json.ts";
import { policyLines } from "../../report/policy-lines.ts";
import type { PolicyViolation } from "../../review/policy-violation.ts";
import { recordedSyncs } from "../../stack/recorded-syncs.ts";
import { agree } from "../../terminal/consent.ts";
import {
  actOnEach,
  endingOnSyncs,
  instancesOf,
  resultPart,
  type Surroundings,
  surroundingsOf,
} from "../on-syncs.ts";
import type { Action } from "../runner.ts";
import { type Announcement, announce, atInstance } from "./announce.ts";
import type { JobsDocument } from "./document.ts";
import { judgeJob } from "./judge.ts";
import { anyJobOptions, type JobCommand, type JobOptions } from "./options.ts";
import { type JobResult, perform } from "./perform.ts";
import { type JobRequest, requestOf, selectSyncs } from "./request.ts";
import { announcementText, wordsOf } from "./text.ts";

interface Acted {
  announcements: Announcement[];
  results: JobResult[];
  /** Rules that the job violates. */
  policies: PolicyViolation[];
}

export const job = (name: JobCommand): Action<JobOptions, Acted, JobsDocument> => ({
  ...endingOnSyncs("what the instance was asked for goes on there"),
  name,
  options: anyJobOptions,
  async act(run) {
    const request = requestOf(name, run.options);
    return act(request, await surroundingsOf(name, run, "look"));
  },
  document: ({ results = [], policies = [] }, envelope) => ({
    ...envelope,
    policies,
    syncs: results.map((result) => ({
      ...resultPart(result),
      execution: result.sync.execution,
      ...(name === "remove" && {
        plan: syncPart(result.review, { operation: "delete", command: "destroy" }),
      }),
      warnings: result.warnings,
      notes: result.notes,
    })),
  }),
});

/**
 * The part that needs an open stack; `error` is there where a mandatory rule forbids the job.
 *
 * @throws EngineError where no sync was tried: for wrong usage, or a no
 */
export async function act(
  request: JobRequest,
  surroundings: Surroundings<Pick<JobOptions, "sync" | "yes" | "diff" | "allowHost">>,
): Promise<Acted & { error?: unknown }> {
  const { stack, options, session } = surroundings;
  const { redactor, paint, print, signal } = session;
  const recorded = recordedSyncs(await stack.exportStack(), redactor.add);
  const syncs = selectSyncs(request, recorded, options.sync);
  const { context, checkHosts } = await instancesOf(syncs, surroundings);
  const words = wordsOf(request);
  session.headline(`${words.headline} (${stack.name})`);
  const announcements = await announce(request, syncs, context);
  // Where the instance's own connections lead.
  checkHosts(announcements.flatMap(({ sync, at }) => (at ? [atInstance(sync, at)] : [])));
  // Cleaned before it is painted: cleaning takes colours away.
  const shown = redactor.cleanAll(announcements);
  print(`\n${announcementText(request, shown, { paint, isFull: options.diff })}\n\n`);
  const policies = redactor.cleanAll(await judgeJob(request, announcements, surroundings.policies, context));
  const lines = policyLines(policies, paint);
  if (lines.length > 0) print(`${lines.join("\n")}\n`);
  try {
    refuseViolations(policies);
  } catch (error) {
    return { announcements, policies, results: [], error };
  }
  if (!options.yes) await agree(words.question, session);
  const performOne = (each: Announcement) => perform(request, each, context, signal);
  return { announcements, policies, results: await actOnEach(announcements, performOne, words, session) };
}
