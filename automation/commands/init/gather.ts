/** Gets all answers: from flags, from the environment, and from who sits at the terminal. */
import { BridgeError } from "../../../provider/errors.ts";
import { lookUp } from "../../../provider/look-up.ts";
import { EngineError } from "../../engines/engine.ts";
import type { Session } from "../../terminal/session.ts";
import { flagOf } from "../options.ts";
import { openSide, type Settings, type Side } from "./browse.ts";
import { choicesText, findChoice, mayBeBelow } from "./choices.ts";
import {
  type AnswerName,
  type Answers,
  answersSchema,
  type Choice,
  type Question,
  type SoFar,
  STEPS,
  type Step,
} from "./questions.ts";

/** What flags gave, as text. */
export type Given = Partial<Record<AnswerName, string>>;

export interface Gathering {
  given: Given;
  settings: Settings;
  /** Absent where nobody can be asked. */
  askLine?: Session["askLine"];
  tell(text: string): void;
  /** Secrets, before anything is printed. */
  keepSecret(secret: string): void;
}

/**
 * Asks what neither flags nor the environment tell. A login that fails is asked for again, as long as somebody is there.
 *
 * @param earlier answers that were given before something turned out to be wrong: they are offered again
 * @param kept answers that are not asked for again
 * @throws EngineError `invalid-config` naming every flag that is missing or wrong, `cancelled`; BridgeError
 */
export async function gather(gathering: Gathering, earlier: SoFar = {}, kept: SoFar = {}): Promise<Answers> {
  refuseWrong(gathering);
  const answers: SoFar = { ...kept };
  const offered = { ...earlier };
  const sides: Partial<Record<"source" | "destination", Side>> = {};
  for (const step of STEPS) {
    const isOpen = step.questions.some(({ name }) => answers[name] === undefined);
    if (gathering.askLine && isOpen) gathering.tell(`\n${step.title}`);
    for (;;) {
      const asked: AnswerName[] = [];
      for (const question of step.questions) {
        if (answers[question.name] !== undefined) continue;
        const known = knownAnswer(question, answers, gathering);
        if (known === undefined) asked.push(question.name);
        const choices = await choicesOf(question, step, answers, sides);
        set(answers, question, await answerTo(question, known, { choices, answers, offered }, gathering));
      }
      if (!step.logsIn || !step.side) break;
      try {
        sides[step.side] = await openSide(step.side, answers, gathering.settings);
        break;
      } catch (error) {
        if (!(error instanceof BridgeError)) throw error;
        const told = `${error.message}\n  Check ${sources(step, answers)}.`;
        if (!gathering.askLine || asked.length === 0)
          throw new BridgeError(error.code, told, { hint: error.hint, cause: error });
        gathering.tell(told);
        for (const name of asked) {
          Object.assign(offered, { [name]: answers[name] });
          delete answers[name];
        }
      }
    }
  }
  return answersSchema.parse(answers);
}

/** Finds what is wrong before anybody is asked or any instance is. */
function refuseWrong(gathering: Gathering): void {
  const answers: SoFar = {};
  const problems: string[] = [];
  for (const question of STEPS.flatMap(({ questions }) => questions)) {
    const known = knownAnswer(question, answers, gathering);
    const value = known ?? (gathering.askLine ? undefined : question.standard?.(answers));
    if (value === undefined) {
      if (!gathering.askLine) problems.push(`${sourceOf(question, answers)} is missing`);
      continue;
    }
    const problem = set(answers, question, value) ?? question.unfit?.(value, answers);
    if (problem !== undefined) problems.push(`${sourceOf(question, answers)}: ${problem}`);
  }
  if (problems.length === 0) return;
  throw new EngineError("invalid-config", ["Not all answers are there:", ...problems].join("\n  "), {
    hint: "Run it on a terminal, without --non-interactive, to be asked.",
  });
}

/** @returns what is wrong with it, if anything */
function set(answers: SoFar, { name }: Question, text: string): string | undefined {
  const parsed = answersSchema.shape[name].safeParse(text);
  if (!parsed.success) return parsed.error.issues.map(({ message }) => message).join("; ");
  Object.assign(answers, { [name]: parsed.data });
  return undefined;
}

function knownAnswer({ name, variable }: Question, answers: SoFar, gathering: Gathering): string | undefined {
  const { environment } = gathering.settings;
  const known = gathering.given[name] ?? (variable && (lookUp(environment, variable(answers)) || undefined));
  if (known !== undefined && name.endsWith("Secret")) gathering.keepSecret(known);
  return known;
}

interface Position {
  choices: readonly Choice[];
  answers: SoFar;
  /** Taken where nothing is answered. */
  offered: SoFar;
}

async function answerTo(
  question: Question,
  known: string | undefined,
  position: Position,
  gathering: Gathering,
): Promise<string> {
  const { askLine, tell } = gathering;
  const { choices, answers } = position;
  const standard = standardOf(question, position);
  if (known !== undefined || !askLine) {
    const value = known ?? standard ?? "";
    const found = foundIn(question, value, choices);
    if (!found && isUnlisted(question, value, choices))
      throw new EngineError(
        "invalid-config",
        `${flagOf(question.name)}: there is no "${value}" that the identity can see.\n${choicesText(choices)}`,
      );
    const problem = question.unfit?.(found ?? value, answers);
    if (problem !== undefined)
      throw new EngineError("invalid-config", `${flagOf(question.name)}: ${problem}`);
    if (askLine) tell(`  ${question.text}: ${question.isHidden ? "from the environment" : (found ?? value)}`);
    return found ?? value;
  }
  if (choices.length > 0) tell(`  ${question.text}:\n${choicesText(choices)}`);
  const isHidden = question.isHidden === true;
  const shown = isHidden && standard !== undefined ? "as before" : standard;
  const offer = shown === undefined || shown === "" ? "" : ` [${shown}]`;
  const prompt = `  ${choices.length > 0 ? `Number or name${offer}` : `${question.text}${offer}`}:`;
  for (;;) {
    const typed = (await askLine({ question: prompt, isHidden })).trim();
    if (isHidden && typed !== "") gathering.keepSecret(typed);
    const text = typed === "" ? standard : (foundIn(question, typed, choices) ?? typed);
    if (text === undefined) continue;
    const problem = isUnlisted(question, text, choices)
      ? "is none of these"
      : (set({ ...answers }, question, text) ?? question.unfit?.(text, answers));
    if (problem === undefined) return text;
    tell(`  ${isHidden ? "It" : `"${text}"`} ${problem}.`);
  }
}

/** Where there is nothing else to choose, that is it. */
function standardOf(question: Question, { choices, answers, offered }: Position): string | undefined {
  const standard = offered[question.name] ?? question.standard?.(answers);
  const only = choices.length === 1 ? choices[0]?.value : undefined;
  if (standard === undefined || !isUnlisted(question, standard, choices)) return standard ?? only;
  return foundIn(question, standard, choices) ?? only;
}

/** The listed value that is meant, also where the product would spell it otherwise. */
function foundIn(question: Question, typed: string, choices: readonly Choice[]): string | undefined {
  const find = (text: string) => findChoice(text, choices, isOpen(question));
  const { data } = answersSchema.shape[question.name].safeParse(typed);
  return find(typed) ?? (data === undefined ? undefined : find(data));
}

const isOpen = ({ choices = [] }: Question): boolean => "isOpen" in choices && choices.isOpen;

/** True for a text that is none of those that there are to choose from. */
const isUnlisted = (question: Question, text: string, choices: readonly Choice[]): boolean =>
  choices.length > 0 &&
  question.choices !== undefined &&
  !isOpen(question) &&
  !choices.some(({ value }) => value === text) &&
  !(question.name === "sourceSecretPath" && mayBeBelow(text, choices));

async function choicesOf(
  { choices = [] }: Question,
  { side }: Step,
  answers: SoFar,
  sides: Partial<Record<"source" | "destination", Side>>,
): Promise<readonly Choice[]> {
  if (!("list" in choices)) return choices;
  if (!side) return [];
  const [projectId, environment] = [answers[`${side}ProjectId`], answers[`${side}Environment`]];
  const place = {
    ...(projectId !== undefined && { projectId }),
    ...(environment !== undefined && { environment }),
  };
  return (await sides[side]?.list(choices.list, place)) ?? [];
}

/** The flag or variable that an answer comes from. */
const sourceOf = ({ name, isHidden, variable }: Question, answers: SoFar): string =>
  isHidden && variable ? variable(answers) : flagOf(name);

const sources = ({ questions }: Step, answers: SoFar): string =>
  questions
    .filter(({ name }) => name !== "connectionName")
    .map((question) => sourceOf(question, answers))
    .join(", ");
