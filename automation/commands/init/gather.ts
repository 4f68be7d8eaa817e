/** Gets all answers: from flags, from the environment, and from who sits at the terminal. */
import { BridgeError } from "../../../provider/errors.ts";
import { lookUp } from "../../../provider/look-up.ts";
import { EngineError } from "../../engines/engine.ts";
import type { Session } from "../../terminal/session.ts";
import { flagOf } from "../options.ts";
import { openSide, type Settings, type Side } from "./browse.ts";
import { choicesText, findChoice } from "./choices.ts";
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
 * @throws EngineError `invalid-config` naming every flag that is missing or wrong, `cancelled`; BridgeError
 */
export async function gather(gathering: Gathering): Promise<Answers> {
  refuseWrong(gathering);
  const answers: SoFar = {};
  const sides: Partial<Record<"source" | "destination", Side>> = {};
  for (const step of STEPS) {
    if (gathering.askLine) gathering.tell(`\n${step.title}`);
    for (;;) {
      const asked: AnswerName[] = [];
      for (const question of step.questions) {
        if (answers[question.name] !== undefined) continue;
        const known = knownAnswer(question, answers, gathering);
        if (known === undefined) asked.push(question.name);
        const choices = await choicesOf(question, step, answers, sides);
        set(answers, question, await answerTo(question, known, choices, answers, gathering));
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
        for (const name of asked) delete answers[name];
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

async function answerTo(
  question: Question,
  known: string | undefined,
  choices: readonly Choice[],
  answers: SoFar,
  gathering: Gathering,
): Promise<string> {
  const { askLine, tell } = gathering;
  const standard = standardOf(question, choices, answers);
  if (known !== undefined || !askLine) {
    const value = known ?? standard ?? "";
    const found = findChoice(value, choices);
    if (!found && mustBeListed(question, choices))
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
  const offered = standard === undefined || standard === "" ? "" : ` [${standard}]`;
  const prompt = `  ${choices.length > 0 ? `Number or name${offered}` : `${question.text}${offered}`}:`;
  for (;;) {
    const isHidden = question.isHidden === true;
    const typed = (await askLine({ question: prompt, isHidden })).trim();
    if (isHidden && typed !== "") gathering.keepSecret(typed);
    const text = typed === "" ? standard : (findChoice(typed, choices) ?? typed);
    if (text === undefined) continue;
    const isKnown = findChoice(text, choices) !== undefined || !mustBeListed(question, choices);
    const problem = isKnown
      ? (set({ ...answers }, question, text) ?? question.unfit?.(text, answers))
      : "is none of these";
    if (problem === undefined) return text;
    tell(`  ${isHidden ? "It" : `"${text}"`} ${problem}.`);
  }
}

/** Where there is nothing else to choose, that is it. */
function standardOf(question: Question, choices: readonly Choice[], answers: SoFar): string | undefined {
  const standard = question.standard?.(answers);
  const only = choices.length === 1 ? choices[0]?.value : undefined;
  if (standard === undefined || !mustBeListed(question, choices)) return standard ?? only;
  return findChoice(standard, choices) ?? only;
}

const mustBeListed = ({ choices }: Question, listed: readonly Choice[]): boolean =>
  listed.length > 0 && choices !== undefined && !("isOpen" in choices && choices.isOpen);

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
