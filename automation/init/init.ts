/** Asks, reviews, and writes. */
import { basename, dirname } from "node:path";
import { agree } from "../consent.ts";
import { closingText } from "../declare/closing.ts";
import { asSyncsYaml } from "../declare/syncs-yaml.ts";
import { refuseExisting, writeNewFiles } from "../declare/write-files.ts";
import type { Paint } from "../report/paint.ts";
import type { Redactor } from "../report/redact.ts";
import type { Session } from "../session.ts";
import { contextOf } from "./browse.ts";
import { declarationOf, inputsOf } from "./declaration.ts";
import { type Gathering, gather } from "./gather.ts";
import { firstRunText, reviewFirstRun } from "./review.ts";

export interface InitRequest extends Omit<Gathering, "tell" | "keepSecret" | "askLine"> {
  /** The file to write. */
  file: string;
  /** Name of the Pulumi project. */
  project: string;
  /** The review shows all keys, however many. */
  isFull: boolean;
  /** Whom to ask; absent where nobody is there. */
  asking?: Pick<Session, "askLine" | "ask">;
  session: Pick<Session, "print" | "note" | "paint"> & { redactor: Redactor; paint: Paint };
}

const HINT = "Name another place: external-infisical init other.yaml …";

/**
 * Neither instance is changed.
 *
 * @throws EngineError `invalid-config` for answers that are missing or wrong and files that are there already,
 * `cancelled`; BridgeError where an instance refuses, or a first run would be refused
 */
export async function init(request: InitRequest): Promise<void> {
  const { file, project, given, settings, asking, isFull, session } = request;
  const { redactor, paint } = session;
  const folder = dirname(file);
  // Before all the questions, not after them.
  await refuseExisting(folder, [basename(file)], HINT);
  const answers = await gather({
    given,
    settings,
    ...(asking && { askLine: asking.askLine }),
    tell: (text) => session.note(redactor.clean(text)),
    keepSecret: redactor.add,
  });

  const { allowInsecureHttp } = settings;
  const inputs = inputsOf(answers, allowInsecureHttp);
  const firstRun = redactor.cleanAll(await reviewFirstRun(inputs, contextOf(answers, settings)));
  const show = (isAll: boolean) =>
    session.print(
      `\n${paint("bold", "Review: what the first run would do")}\n${firstRunText(answers.name, firstRun, { paint, isFull: isAll })}\n`,
    );
  show(isFull);
  if (asking) await agree(`Write ${file}?`, asking, () => show(true));

  const written = asSyncsYaml(declarationOf(answers, project, allowInsecureHttp), file);
  await writeNewFiles(folder, written.files, HINT);
  session.print(redactor.clean(`Wrote ${file}.\n\n${closingText(written)}`));
}
