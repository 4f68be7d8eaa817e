/** Writes the reports of an operation, all from one document. */
import { rm, writeFile } from "node:fs/promises";
import { parse, resolve } from "node:path";
import { EngineError } from "../engines/engine.ts";
import { htmlPage } from "./html/page.ts";
import type { ReportDocument } from "./json.ts";
import { markdownReport } from "./markdown/report.ts";
import { type ReportTarget, STDOUT } from "./targets.ts";

/**
 * Writes each report. A Markdown report is cut to what a comment holds; then its full text is written beside it,
 * as `<name>.full.md`, which is removed where nothing is cut.
 *
 * @param document redacted
 * @throws EngineError `engine-failed` if a file cannot be written
 */
export async function writeReports(
  document: ReportDocument,
  targets: readonly ReportTarget[],
  { folder, print }: { folder: string; print: (text: string) => void },
): Promise<void> {
  for (const { format, file } of targets) {
    const path = file === STDOUT ? undefined : resolve(folder, file);
    const write = async (text: string) => (path === undefined ? print(text) : writeText(path, text));
    switch (format) {
      case "json":
        await write(`${JSON.stringify(document, null, 2)}\n`);
        break;
      case "html":
        await write(htmlPage(document));
        break;
      case "markdown":
        await writeMarkdown(document, path, write);
        break;
      default:
        format satisfies never;
    }
  }
}

async function writeMarkdown(
  document: ReportDocument,
  path: string | undefined,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const { name = "", dir = "", ext = "" } = path === undefined ? {} : parse(path);
  const fullName = path === undefined ? undefined : `${name}.full${ext}`;
  const { text, full } = markdownReport(document, fullName);
  await write(text);
  if (fullName === undefined) return;
  const fullPath = resolve(dir, fullName);
  // One of an earlier run would tell of something else.
  await (full === undefined ? rm(fullPath, { force: true }) : writeText(fullPath, full));
}

async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new EngineError("engine-failed", `The report ${path} cannot be written.`, { cause });
  }
}
