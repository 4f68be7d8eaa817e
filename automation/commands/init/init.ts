/** Asks, reviews, and writes. */
import { BridgeError, describeError } from "../../../provider/errors.ts";
import { agree } from "../../terminal/consent.ts";
import type { Paint } from "../../terminal/paint.ts";
import type { DocumentRedactor } from "../../terminal/redact.ts";
import type { Session } from "../../terminal/session.ts";
import type { Declared } from "../declare/declared.ts";
import { refuseTaken, type Target, writeDeclaration } from "../declare/formats.ts";
import { contextOf } from "./browse.ts";
import { connectionInputs, declarationOf, inputsOf } from "./declaration.ts";
import { type Gathering, gather } from "./gather.ts";
import type { SoFar } from "./questions.ts";
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
  const { target, project, settings, asking, isFull, session } = request;
  const { allowInsecureHttp, environment } = settings;
  const { paint } = session;
  // Before all the questions, not after them.
  await refuseTaken(target);
  const { answers, firstRun } = await gatherReviewed(request);
  const show = (isAll: boolean) =>
    session.print(
      `\n${paint("bold", "Review: what the first run would do")}\n${firstRunText(answers.name, firstRun, { paint, isFull: isAll })}\n`,
    );
  show(isFull);
  if (asking) await agree("Write it?", asking, () => show(true));

  const declaration = declarationOf(answers, project, allowInsecureHttp);
  return {
    declaration,
    written: await writeDeclaration(declaration, target, environment),
    firstRun: firstRunPart(answers.name, firstRun),
  };
}

/** Answers whose first run can be shown. Where it would be refused, whoever answers may correct what is wrong, and keep the rest. */
async function gatherReviewed({ given, settings, asking, session }: InitRequest) {
  const { redactor } = session;
  const tell = (text: string) => session.note(redactor.clean(text));
  const { allowInsecureHttp } = settings;
  let earlier: SoFar = {};
  for (;;) {
    let isAsked = false;
    const askLine: Session["askLine"] | undefined =
      asking &&
      ((prompt) => {
        isAsked = true;
        return asking.askLine(prompt);
      });
    const answers = await gather(
      { given, settings, tell, keepSecret: redactor.add, ...(askLine && { askLine }) },
      earlier,
    );
    const inputs = inputsOf(answers, allowInsecureHttp);
    const connection = connectionInputs(answers, allowInsecureHttp);
    try {
      const firstRun = await reviewFirstRun(connection, inputs, contextOf(answers, settings));
      return { answers, firstRun: redactor.cleanAll(firstRun) };
    } catch (error) {
      if (!isAsked || !(error instanceof BridgeError) || error.code === "cancelled") throw error;
      tell(`\n${describeError(error)}\nCorrect what is wrong, and press Enter for what stays as it was.`);
      earlier = answers;
    }
  }
}
