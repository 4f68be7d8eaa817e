/** Runs `sync`, `import` and `remove`: opens the stack, tells what is about to happen, asks, acts, reports. */

import { syncPart } from "../../report/json.ts";
import { openStack } from "../../stack/open-stack.ts";
import { requireConsent } from "../../terminal/consent.ts";
import type { ExitCode } from "../../terminal/exit-codes.ts";
import { errorPart } from "../../terminal/failures.ts";
import { type CommonPart, runOnSyncs } from "../run-on-syncs.ts";
import { type Acted, act } from "./act.ts";
import type { JobsDocument } from "./document.ts";
import { type JobCommand, parseJobOptions } from "./options.ts";
import { requestOf } from "./request.ts";

/** @returns the exit code */
export async function runJobs(
  command: JobCommand,
  place: string | undefined,
  raw: unknown,
): Promise<ExitCode> {
  const options = parseJobOptions(raw);
  return runOnSyncs({
    command,
    options,
    async act(session, opened, shared) {
      const request = requestOf(command, options);
      requireConsent(command, options.yes, session);
      const stack = await openStack(place, options, session, opened, "look");
      const { policies = [] } = opened;
      return act(request, { stack, options, session, policies, environment: process.env, shared });
    },
    documentOf: (acted) => documentOf(command, acted),
    afterStop: "what the instance was asked for goes on there",
  });
}

function documentOf(
  command: JobCommand,
  { announcements = [], results = [], policies = [] }: Partial<Acted>,
): Omit<JobsDocument, CommonPart> {
  return {
    policies,
    syncs: results.map(({ sync, result, jobId, notes, error }) => {
      const { urn, resource, name, execution } = sync;
      const announced = announcements.find((each) => each.sync === sync);
      return {
        ...{ urn, resource, name, execution, result, notes },
        ...(jobId !== undefined && { jobId }),
        warnings: announced?.warnings ?? [],
        ...(announced &&
          command === "remove" && {
            plan: syncPart(announced.review, { operation: "delete", command: "destroy" }),
          }),
        ...(error !== undefined && { error: errorPart(error) }),
      };
    }),
  };
}
