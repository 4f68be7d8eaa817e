/** Writes the reports of an operation, all from one document. */
import { readFile, rm } from "node:fs/promises";
import { parse, resolve } from "node:path";
import { describeError } from "../../provider/errors.ts";
import { asNamed, inside, writableAsNamed } from "../files/inside.ts";
import { writePrivate } from "../files/private.ts";
import { renderReport } from "../report/formats.ts";
import type { ReportDocument } from "../report/json.ts";
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
  if (path === undefined) return print((await renderReport(format, document)).text);
  const { name, dir, ext } = parse(path);
  const fullName = `${name}.full${ext}`;
  const { text, full, marker } = await renderReport(format, document, fullName);
  await writePrivate(path, text);
  if (marker === undefined) return;
  const fullPath = await inside(dir, fullName);
  if (full !== undefined) return writePrivate(fullPath, full);
  // One of an earlier run would tell of something else; a file of others is theirs.
  const present = await readFile(fullPath, "utf8").catch(() => "");
  if (present.startsWith(marker)) await rm(fullPath);
}
