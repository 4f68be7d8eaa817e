/** What people read of a failed operation. */
import { counted } from "../../report/counts.ts";
import { type ReportDocument, reviewPart, syncsOf } from "../../report/json.ts";
import { keyNumbers } from "../../report/summary.ts";
import type { Review } from "../../review/model.ts";
import type { Failure } from "../../terminal/failures.ts";
import type { Outcome } from "./operate.ts";

export function failureOf(
  { review }: Outcome,
  { command, result, error }: ReportDocument,
): Failure | undefined {
  if (!error) return undefined;
  const { message } = error;
  // The diagnostics have told it, with the resource that it is about.
  const isTold =
    review?.result === "failed" && review.diagnostics.some(({ message: told }) => message.includes(told));
  const left = result === "cancelled" && review && !review.isPreview ? leftText(review) : "";
  return { ...error, message: isTold ? `${command} failed` : `${message}${left}` };
}

/** What a stopped operation had begun and has not done; what else it was to do, it has not begun. */
function leftText(review: Review): string {
  const { notDone, notKnown } = keyNumbers(syncsOf(reviewPart(review)));
  const texts = [
    ...(notDone > 0 ? [`${counted(notDone, "key")} not done`] : []),
    ...(notKnown > 0 ? [`of ${counted(notKnown, "key")} it is not known`] : []),
  ];
  const left = texts.length > 0 ? ` Left of what had begun: ${texts.join(", ")}.` : "";
  return `${left} What had not begun is as it was; the same command goes on.`;
}
