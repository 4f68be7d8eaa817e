/** Renders the documents of operations and of drift for reviewers. */
import type { DriftDocument } from "./commands/drift/document.ts";
import { driftReport } from "./commands/drift/report.ts";
import { htmlPage } from "./report/html/page.ts";
import type { ReportDocument } from "./report/json.ts";
import { markdownReport } from "./report/markdown/report.ts";

/** Markdown for a comment, cut to what a comment holds: at most 65,536 characters. */
export const renderMarkdown = (document: ReportDocument | DriftDocument): string =>
  markdownReport(reportOf(document)).text;

/** One page of HTML that needs nothing else. */
export const renderHtml = (document: ReportDocument | DriftDocument): string => htmlPage(reportOf(document));

const reportOf = (document: ReportDocument | DriftDocument): ReportDocument =>
  "checkedAt" in document ? driftReport(document) : document;
