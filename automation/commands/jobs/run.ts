/** `sync`, `import` and `remove` tell what is about to happen, ask, act, and tell what came of it. */
import { syncPart } from "../../report/json.ts";
import { openStack } from "../../stack/open-stack.ts";
import { requireConsent } from "../../terminal/consent.ts";
import { errorPart, exitCodeOfResults } from "../../terminal/failures.ts";
import { notDone } from "../not-done.ts";
import type { Action } from "../runner.ts";
import { type Acted, act } from "./act.ts";
import type { JobsDocument } from "./document.ts";
import type { JobCommand, JobOptions } from "./options.ts";
import { requestOf } from "./request.ts";

export const job = (name: JobCommand): Action<JobOptions, Acted, JobsDocument> => ({
  name,
  async act({ place, options, session, opened, shared }) {
    const request = requestOf(name, options);
    requireConsent(name, options.yes, session);
    const stack = await openStack(place, options, session, opened, "look");
    const { policies = [] } = opened;
    return act(request, { stack, options, session, policies, environment: process.env, shared });
  },
  exitCode: ({ results = [] }) => exitCodeOfResults(results),
  document: (acted, envelope) => ({ ...envelope, ...partsOf(name, acted) }),
  failure: (_acted, document) => notDone(document, "what the instance was asked for goes on there"),
});

function partsOf(
  command: JobCommand,
  { announcements = [], results = [], policies = [] }: Partial<Acted>,
): Pick<JobsDocument, "policies" | "syncs"> {
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
