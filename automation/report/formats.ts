/** The formats of `--report`. A new one is its renderer and a line here: options, help and errors follow. */
import type { ReportDocument } from "./json.ts";

/** A report as text. */
export interface Rendered {
  text: string;
  /** The whole, where a format has its limits and something had to be cut. */
  full?: string;
  /** What reports begin with that may be cut: the whole of an earlier run is known by it. */
  marker?: string;
}

/** @param fullName where the whole can be read if it has to be cut */
export type Renderer = (document: ReportDocument, fullName?: string) => Rendered;

/** Each is loaded when it is asked for. */
const FORMATS = {
  markdown: async () => (await import("./markdown/report.ts")).markdownReport,
  json: async () => (document) => ({ text: `${JSON.stringify(document, null, 2)}\n` }),
  html: async () => {
    const { htmlPage } = await import("./html/page.ts");
    return (document) => ({ text: htmlPage(document) });
  },
} as const satisfies Record<string, () => Promise<Renderer>>;

export type ReportFormat = keyof typeof FORMATS;
export const REPORT_FORMATS = Object.keys(FORMATS) as [ReportFormat, ...ReportFormat[]];

export async function renderReport(
  format: ReportFormat,
  document: ReportDocument,
  fullName?: string,
): Promise<Rendered> {
  const render: Renderer = await FORMATS[format]();
  return render(document, fullName);
}
