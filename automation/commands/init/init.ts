/** Asks, reviews, and writes. */
import { agree } from "../../terminal/consent.ts";
import type { Paint } from "../../terminal/paint.ts";
import type { DocumentRedactor } from "../../terminal/redact.ts";
import type { Session } from "../../terminal/session.ts";
import type { Declared } from "../declare/declared.ts";
import { refuseTaken, type Target, writeDeclaration } from "../declare/formats.ts";
import { contextOf } from "./browse.ts";
import { connectionInputs, declarationOf, inputsOf } from "./declaration.ts";
import { type Gathering, gather } from "./gather.ts";
import { firstRunPart, firstRunText, reviewFirstRun } from "./review.ts";

export interface InitRequest extends Omit<Gathering, "tell" | "keepSecret" | "askLine"> {
  target: Target;
  /** Name of the Pulumi project. */
  project: string;
  /** The review shows all keys, however many. */
  isFull: boolean;
  /** Whom to ask; absent where nobody is there. */
  asking?: Pick<Session, "askLine" | "ask">;
  session: Pick<Session, "print" | "note" | "paint"> & { redactor: DocumentRedactor; paint: Paint };
}

/**
 * Neither instance is changed.
 *
 * @throws EngineError `invalid-config` for answers that are missing or wrong and files that are there already,
 * `cancelled`; BridgeError where an instance refuses, or a first run would be refused
 */
export async function init(request: InitRequest): Promise<Declared> {
  const { target, project, given, settings, asking, isFull, session } = request;
  const { redactor, paint } = session;
  // Before all the questions, not after them.
  await refuseTaken(target);
  const answers = await gather({
    given,
    settings,
    ...(asking && { askLine: asking.askLine }),
    tell: (text) => session.note(redactor.clean(text)),
    keepSecret: redactor.add,
  });

  const { allowInsecureHttp } = settings;
  const inputs = inputsOf(answers, allowInsecureHttp);
  const connection = connectionInputs(answers, allowInsecureHttp);
  const firstRun = redactor.cleanAll(await reviewFirstRun(connection, inputs, contextOf(answers, settings)));
  const show = (isAll: boolean) =>
    session.print(
      `\n${paint("bold", "Review: what the first run would do")}\n${firstRunText(answers.name, firstRun, { paint, isFull: isAll })}\n`,
    );
  show(isFull);
  if (asking) await agree("Write it?", asking, () => show(true));

  const declaration = declarationOf(answers, project, allowInsecureHttp);
  return {
    declaration,
    written: await writeDeclaration(declaration, target),
    firstRun: firstRunPart(answers.name, firstRun),
  };
}
