/** Which reports are wanted, and where they go. */
import { InvalidArgumentError } from "commander";
import { z } from "zod";
import { REPORT_FORMATS } from "../report/formats.ts";

/** The file that stands for stdout. */
export const STDOUT = "-";

export const reportTarget = z.object({ format: z.enum(REPORT_FORMATS), file: z.string().min(1) });
export type ReportTarget = z.output<typeof reportTarget>;

/** What one `--report <format>=<file>` names. */
export function readReport(text: string): ReportTarget {
  const at = text.indexOf("=");
  const parsed = reportTarget.safeParse({ format: text.slice(0, at), file: text.slice(at + 1) });
  if (at === -1 || !parsed.success)
    throw new InvalidArgumentError(
      `Give a format and a file, as in ${REPORT_FORMATS.map((each) => `${each}=…`).join(", ")}.`,
    );
  return parsed.data;
}
