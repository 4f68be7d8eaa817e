/** What the source instance has of a sync that it runs, as findings. Pure. */

import type { ExaminedObjects } from "../../../provider/resources/sync/native/examine.ts";
import { endedAs } from "../../../provider/resources/sync/native/failure.ts";
import { isUnsuccessful } from "../../../provider/resources/sync/native/jobs.ts";
import { unplannedOptions } from "../../../provider/resources/sync/native/planned-options.ts";
import {
  differenceText,
  REWRITTEN,
  REWRITTEN_REMEDY,
} from "../../../provider/resources/sync/native/repairs.ts";
import { type Finding, finding } from "./document.ts";

const SYNC = "Infisical Sync";
const CONNECTION = "Infisical Connection";
const ofSource = finding.bind(undefined, "source");

export function objectFindings({
  failure,
  sync,
  connection,
  areOnRecord,
  isRewritten,
  differences,
}: ExaminedObjects): Finding[] {
  if (failure) return [ofSource(SYNC, "error", failure.message, failure.hint)];
  const missing = areOnRecord ? deleted : notMade;
  const unplanned = sync ? unplannedOptions(sync) : [];
  return [
    connection ? ofSource(CONNECTION) : missing(CONNECTION),
    sync ? ofSource(SYNC) : missing(SYNC),
    ...differences.map((one) =>
      ofSource(
        one.argument.startsWith("connection.") ? CONNECTION : SYNC,
        "warning",
        `the instance has ${one.argument} otherwise: ${differenceText(one)}`,
        "Deploy, which puts it right; somebody may have changed it by hand.",
      ),
    ),
    ...(isRewritten ? [ofSource(CONNECTION, "warning", REWRITTEN, REWRITTEN_REMEDY)] : []),
    ...(unplanned.length > 0
      ? [
          ofSource(
            SYNC,
            "warning",
            `it has ${unplanned.join(", ")} on, with which its runs cannot be planned from here: keys are unknown, and rules about keys refuse`,
            "Switch that off at the instance.",
          ),
        ]
      : []),
    ...(isUnsuccessful(sync?.syncStatus)
      ? [
          ofSource(
            "last run",
            "warning",
            `it ${endedAs(sync?.syncStatus)}`,
            "`external-infisical status` tells the instance's own words.",
          ),
        ]
      : []),
  ];
}

const deleted = (what: string) =>
  ofSource(
    what,
    "error",
    "it was deployed, and the instance has it no more",
    "Refresh, then deploy again, which creates it anew.",
  );

const notMade = (what: string) =>
  ofSource(what, "not-tested", "there is none yet; whether the identity may make it cannot be tried without");
