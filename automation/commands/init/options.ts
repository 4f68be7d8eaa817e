import { z } from "zod";
import { allowHost, format } from "../declare/options.ts";
import { color, diff, flag, json, option, projectName } from "../options.ts";
import { type AnswerName, answersSchema, type Question, STEPS } from "./questions.ts";

/** Each answer as text: it is parsed where its flag can be named. Secrets have no flag. */
const answerOptions = Object.fromEntries(
  STEPS.flatMap(({ title, questions }) =>
    questions
      .filter(({ isHidden }) => !isHidden)
      .map((question) => [
        question.name,
        option(answerText(question), { value: "value", text: `${title}: ${question.text}` }),
      ]),
  ),
);

function answerText({ choices = [] }: Question): z.ZodType {
  const values = "list" in choices ? [] : choices.map(({ value }) => value);
  return (values.length > 0 ? z.enum(values) : z.string()).optional();
}

export const initOptions = z.object({
  format,
  ...answerOptions,
  project: option(projectName().default("secret-syncs"), {
    value: "name",
    text: "name of the Pulumi project",
  }),
  nonInteractive: flag("do not ask: take flags, the environment and defaults (as where no terminal is)"),
  allowInsecureHttp: flag("allow http:// to hosts other than this machine"),
  allowHost,
  diff,
  json,
  color,
});
export type InitOptions = z.output<typeof initOptions>;

const givenSchema = z.partialRecord(z.keyof(answersSchema), z.string());

/** The answers among the options. */
export const givenIn = (options: object): Partial<Record<AnswerName, string>> =>
  givenSchema.parse(
    Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(answersSchema.shape, name))),
  );
