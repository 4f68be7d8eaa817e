/** The part of `sync`, `import` and `remove` that needs an open stack. */
import { ALLOWED_HOSTS, listHosts } from "../../../provider/hosts.ts";
import type { Shared } from "../../../provider/resources/process.ts";
import type { Context } from "../../../provider/resources/resource.ts";
import type { StackHandle } from "../../engines/engine.ts";
import { refuseViolations } from "../../policies/refuse.ts";
import type { Policies } from "../../policies/schema.ts";
import { policyLines } from "../../report/policy-lines.ts";
import type { PolicyViolation } from "../../review/policy-violation.ts";
import { contextOf } from "../../stack/provider-context.ts";
import { checkRecordedHosts } from "../../stack/recorded-hosts.ts";
import { recordedSyncs } from "../../stack/recorded-syncs.ts";
import { agree } from "../../terminal/consent.ts";
import type { Session } from "../../terminal/session.ts";
import { type Announcement, announce, atInstance } from "./announce.ts";
import { judgeJob } from "./judge.ts";
import type { JobOptions } from "./options.ts";
import { perform, type SyncResult } from "./perform.ts";
import type { JobRequest } from "./request.ts";
import { refuseEngineSyncs, selectSyncs } from "./select-syncs.ts";
import { announcementText, headlineOf, questionOf, resultLine, summaryText } from "./text.ts";

export interface Acted {
  announcements: Announcement[];
  results: SyncResult[];
  /** Rules that the job violates. */
  policies: PolicyViolation[];
  /** Absent unless a mandatory rule forbids the job. */
  error?: unknown;
}

interface Surroundings {
  stack: Pick<StackHandle, "name" | "exportStack" | "getAllConfig">;
  options: Pick<JobOptions, "sync" | "yes" | "diff" | "allowHost">;
  session: Pick<Session, "redactor" | "paint" | "print" | "headline" | "log" | "ask" | "signal">;
  environment: Context["environment"];
  shared: Shared;
  policies: readonly Policies[];
}

/** @throws EngineError where no sync was tried: for wrong usage, or a no */
export async function act(request: JobRequest, surroundings: Surroundings): Promise<Acted> {
  const { stack, options, session, environment, shared } = surroundings;
  const { redactor, paint } = session;
  const { print } = session;
  const syncs = selectSyncs(recordedSyncs(await stack.exportStack(), redactor.add), options.sync);
  if (request.execution === "native") refuseEngineSyncs(syncs, request.command);
  const context = await contextOf(stack, environment, session.log, shared);
  const hosts = listHosts(options.allowHost, environment[ALLOWED_HOSTS]);
  checkRecordedHosts(syncs, context, hosts);

  session.headline(headlineOf(request, stack.name));
  const announcements = await announce(request, syncs, context);
  // Where the instance's own connections lead.
  checkRecordedHosts(
    announcements.flatMap(({ sync, at }) => (at ? [atInstance(sync, at)] : [])),
    context,
    hosts,
  );
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
  if (!options.yes) await agree(questionOf(request), session);

  const results = await perform(request, announcements, context, {
    signal: session.signal,
    onResult: (result) => print(resultLine(request, result, paint)),
  });
  print(`${summaryText(request, results, paint, redactor.clean)}\n`);
  return { announcements, policies, results };
}
