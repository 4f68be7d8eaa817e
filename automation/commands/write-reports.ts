/** Writes the reports of an operation, all from one document. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { parse, resolve } from "node:path";
import { describeError } from "../../provider/errors.ts";
import { asNamed, inside, writableAsNamed } from "../files/inside.ts";
import { htmlPage } from "../report/html/page.ts";
import type { ReportDocument } from "../report/json.ts";
import { markdownReport } from "../report/markdown/report.ts";
import { MARKER_START } from "../report/markdown/text.ts";
import { EXIT, type ExitCode } from "../terminal/exit-codes.ts";
import { failureText } from "../terminal/failures.ts";
import type { Session } from "../terminal/session.ts";
import { type ReportTarget, STDOUT } from "./targets.ts";

interface Surroundings {
  /** What files are named from. */
  folder: string;
  session: Pick<Session, "redactor" | "write" | "warn" | "paintNotes">;
}

/**
 * Makes sure, before there is anything to report, that the reports can be written.
 *
 * @throws EngineError `invalid-config`
 */
export async function prepareReports(targets: readonly ReportTarget[], folder: string): Promise<void> {
  for (const { file } of targets) if (file !== STDOUT) await writableAsNamed(folder, file);
}

/**
 * Writes each report; one that cannot be written is told, and does not hold up the others. A Markdown report is cut to
 * what a comment holds; then its full text is written beside it, as `<name>.full.md`; that of an earlier run is removed where nothing is cut.
 *
 * @param document redacted
 * @returns the exit code of the command: the document's, unless all that went wrong is a report
 */
export async function writeReports(
  document: ReportDocument,
  targets: readonly ReportTarget[],
  exitCode: ExitCode,
  { folder, session }: Surroundings,
): Promise<ExitCode> {
  let isWritten = true;
  for (const { format, file } of targets) {
    const path = file === STDOUT ? undefined : resolve(folder, file);
    try {
      // What ran meanwhile may have put something there.
      if (path !== undefined) await asNamed(folder, file);
      await writeReport(document, format, path, session.write);
    } catch (cause) {
      isWritten = false;
      const { clean } = session.redactor;
      const message = clean(`The report ${path ?? format} cannot be written: ${describeError(cause)}`);
      session.warn(failureText({ message }, session.paintNotes));
    }
  }
  return exitCode === EXIT.done && !isWritten ? EXIT.error : exitCode;
}

async function writeReport(
  document: ReportDocument,
  format: ReportTarget["format"],
  path: string | undefined,
  print: (text: string) => void,
): Promise<void> {
  const write = async (text: string) => (path === undefined ? print(text) : writeFile(path, text));
  switch (format) {
    case "json":
      return write(`${JSON.stringify(document, null, 2)}\n`);
    case "html":
      return write(htmlPage(document));
    case "markdown":
      return writeMarkdown(document, path, write);
    default:
      return format satisfies never;
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
  const fullPath = await inside(resolve(dir), fullName);
  if (full !== undefined) return writeFile(fullPath, full);
  // One of an earlier run would tell of something else; a file of others is theirs.
  const present = await readFile(fullPath, "utf8").catch(() => "");
  if (present.startsWith(MARKER_START)) await rm(fullPath);
}
