/** Asks, reviews, and writes. */
import { BridgeError, describeError } from "../../../provider/errors.ts";
import { omit, pick } from "../../../provider/resources/properties.ts";
import type { Context } from "../../../provider/resources/resource.ts";
import { placesOf, type SecretSyncInputs } from "../../../provider/resources/sync/inputs.ts";
import { routeProblems } from "../../syncs/fleet.ts";
import { agree } from "../../terminal/consent.ts";
import type { Paint } from "../../terminal/paint.ts";
import type { DocumentRedactor } from "../../terminal/redact.ts";
import type { Session } from "../../terminal/session.ts";
import type { Declared } from "../declare/declared.ts";
import { refuseTaken, type Target, writeDeclaration } from "../declare/formats.ts";
import { contextOf } from "./browse.ts";
import { connectionInputs, declarationOf, inputsOf } from "./declaration.ts";
import { type Gathering, gather } from "./gather.ts";
import { type Answers, answersSchema, OF_INSTANCES, type SoFar } from "./questions.ts";
import { type FirstRun, firstRunPart, firstRunText, reviewFirstRun } from "./review.ts";

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
  const show = ({ answers, firstRun }: Reviewed, isAll: boolean) =>
    session.print(
      `\n${paint("bold", "Review: what the first run would do")}\n${firstRunText(answers.name, firstRun, { paint, isFull: isAll })}\n`,
    );
  const first = await gatherReviewed(request, []);
  show(first, isFull);
  const others: Reviewed[] = [];
  while (
    asking &&
    (await asking.ask("Add another sync between these instances? (yes/no)", NO_YES)) === "yes"
  ) {
    const next = await gatherReviewed(request, [first, ...others]);
    show(next, isFull);
    others.push(next);
  }
  const all = [first, ...others] as const;
  if (asking) await agree("Write it?", asking, () => all.forEach((each) => void show(each, true)));

  const declaration = declarationOf(
    [first.answers, ...others.map(({ answers }) => answers)],
    project,
    allowInsecureHttp,
  );
  return {
    declaration,
    written: await writeDeclaration(declaration, target, environment),
    firstRun: firstRunPart(first.answers.name, first.firstRun),
  };
}

const NO_YES = ["no", "yes"] as const;

/** What was answered to the questions of one sync, and what its first run would do. */
interface Reviewed {
  answers: Answers;
  inputs: SecretSyncInputs;
  firstRun: FirstRun;
}

/**
 * Answers whose first run can be shown. Where it would be refused, whoever answers may correct what is wrong, and keep the rest.
 *
 * @param before the syncs that there are already, between the same instances: their flags were theirs
 */
async function gatherReviewed(
  { given, settings, asking, session }: InitRequest,
  before: readonly Reviewed[],
): Promise<Reviewed> {
  const { redactor } = session;
  const tell = (text: string) => session.note(redactor.clean(text));
  const { allowInsecureHttp } = settings;
  const last = before.at(-1)?.answers;
  const kept = soFar(last ? pick(last, OF_INSTANCES) : {});
  let earlier = soFar(last ? omit(last, OF_ITSELF) : {});
  for (;;) {
    let isAsked = false;
    const askLine: Session["askLine"] | undefined =
      asking &&
      ((prompt) => {
        isAsked = true;
        return asking.askLine(prompt);
      });
    const answers = await gather(
      { given: last ? {} : given, settings, tell, keepSecret: redactor.add, ...(askLine && { askLine }) },
      earlier,
      kept,
    );
    const inputs = inputsOf(answers, allowInsecureHttp);
    const connection = connectionInputs(answers, allowInsecureHttp);
    const context = contextOf(answers, settings);
    try {
      refuseTogether([...before.map((each) => each.inputs), inputs], context);
      const firstRun = await reviewFirstRun(connection, inputs, context);
      return { answers, inputs, firstRun: redactor.cleanAll(firstRun) };
    } catch (error) {
      if (!isAsked || !(error instanceof BridgeError) || error.code === "cancelled") throw error;
      tell(`\n${describeError(error)}\nCorrect what is wrong, and press Enter for what stays as it was.`);
      earlier = answers;
    }
  }
}

/** What two syncs would hardly have alike: it is not offered again. */
const OF_ITSELF = ["sourceSecretPath", "destinationSecretPath", "name", "description"];

const soFar = (answers: object): SoFar => answersSchema.partial().parse(answers) as SoFar;

/** Syncs that do not go together. @throws BridgeError `invalid-arguments` */
function refuseTogether(syncs: readonly SecretSyncInputs[], { config }: Context): void {
  const names = syncs.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const routes = syncs.map((inputs) => ({
    name: inputs.name,
    path: [inputs.name],
    ...placesOf(inputs, config),
  }));
  const problems = [
    ...twice.map((name) => `There is a sync "${name}" already.`),
    ...routeProblems(routes).map(({ path, message }) => `${path.join(".")}: ${message}`),
  ];
  if (problems.length > 0) throw new BridgeError("invalid-arguments", problems);
}
