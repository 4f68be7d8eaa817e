/** Which reports are wanted, and where they go. */
import { z } from "zod";
import { REPORT_FORMATS } from "../report/formats.ts";

/** The file that stands for stdout. */
export const STDOUT = "-";

export interface ReportTarget {
  format: (typeof REPORT_FORMATS)[number];
  file: string;
}

/** What one `--report <format>=<file>` names. */
export const reportTarget = z.string().transform((text, { addIssue }): ReportTarget => {
  const format = REPORT_FORMATS.find((each) => text.startsWith(`${each}=`));
  const file = text.slice(text.indexOf("=") + 1);
  if (format !== undefined && file !== "") return { format, file };
  addIssue(`must be a format and a file, as in ${REPORT_FORMATS.map((each) => `${each}=…`).join(", ")}`);
  return z.NEVER;
});
