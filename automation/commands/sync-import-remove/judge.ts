/** Policies judge what a job is about to do, as far as it can be predicted. */
import { effectsOf } from "../../../provider/engine/record/effects.ts";
import { describeError } from "../../../provider/errors.ts";
import type { Context, Properties } from "../../../provider/resources/resource.ts";
import { predict } from "../../../provider/resources/sync/drift.ts";
import { judge } from "../../policies/judge.ts";
import type { Policies } from "../../policies/schema.ts";
import { type PlannedResource, plannedRemoval, plannedRun } from "../../review/planned.ts";
import type { PolicyViolation } from "../../review/policy-violation.ts";
import { type Announcement, atInstance } from "./announce.ts";
import type { JobRequest } from "./request.ts";

/** The rules that a job would violate; both sides are looked at only where there are rules. */
export async function judgeJob(
  request: JobRequest,
  announcements: readonly Announcement[],
  policies: readonly Policies[],
  context: Context,
): Promise<PolicyViolation[]> {
  if (policies.length === 0) return [];
  const planned: PlannedResource[] = [];
  for (const announcement of announcements) planned.push(await planOf(request, announcement, context));
  return judge(planned, policies, async () => context.config);
}

async function planOf(
  request: JobRequest,
  { sync, review, at }: Announcement,
  context: Context,
): Promise<PlannedResource> {
  if (request.execution === "engine" || request.job.kind === "remove") return plannedRemoval(sync, review);
  if (!at) return plannedRun(sync, undefined);
  const { resource } = sync;
  const now = atInstance(sync, at);
  try {
    const importing = request.job.kind === "import" ? request.job.behavior : undefined;
    const plan = await predict(at, sync.outputs, context, importing);
    if (!plan) return plannedRun(now, undefined);
    const imports = plan.changes.filter(({ kind }) => kind === "import");
    // An import pushes nothing: what is on record stays.
    return importing === undefined
      ? plannedRun(now, { keys: plan.keys, effects: effectsOf(plan) })
      : plannedRun(now, {
          keys: (now.outputs["keys"] ?? {}) as Properties,
          effects: effectsOf({ changes: imports }),
        });
  } catch (error) {
    // Rules about keys refuse what cannot be predicted.
    context.log(`${resource}: what the job would do cannot be foretold: ${describeError(error)}`);
    return plannedRun(now, undefined);
  }
}
