/** What `--json` prints for a deployment, and all its reports are made from. */
import { type ReportDocument, reviewPart } from "../../report/json.ts";
import { hasChanges } from "../../review/model.ts";
import type { Envelope, Run } from "../runner.ts";
import type { Outcome } from "./operate.ts";

export const documentOf = (
  { review, policies = [] }: Outcome,
  envelope: Envelope<ReportDocument>,
  { opened: { stack } }: Pick<Run<unknown>, "opened">,
): ReportDocument => ({
  ...envelope,
  madeAt: new Date().toISOString(),
  // As it was asked for, also where it could not be opened.
  ...(stack !== undefined && { stack }),
  hasChanges: hasChanges(review?.changes ?? {}),
  policies: [...policies, ...(review?.policies ?? [])],
  ...reviewPart(review),
});
