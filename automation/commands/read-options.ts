/** Reads the options of a command line, and tells what is wrong with them by their flags. */
import { z } from "zod";
import { lookUp } from "../../provider/look-up.ts";
import { EngineError } from "../engines/engine.ts";
import { flagOf, stackOptions } from "./options.ts";
import { reportTarget, STDOUT } from "./targets.ts";

/** What makes options of what was written: a schema, or what does more than one. */
export interface OptionsReader<Options> {
  parse(raw: unknown): Options;
}

/** @throws EngineError `invalid-config` with a line for each problem */
export function readOptions<Options>(reader: OptionsReader<Options>, raw: unknown): Options {
  try {
    return reader.parse(raw);
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    const given = z.record(z.string(), z.unknown()).catch({}).parse(raw);
    const problems = cause.issues.map((issue) => {
      const [field] = issue.path.map(String);
      return field === undefined
        ? issue.message
        : `${flagOf(field)} ${problemOf(issue, lookUp(given, field))}`;
    });
    throw new EngineError("invalid-config", [...new Set(problems)].join("\n"), { cause });
  }
}

function problemOf(issue: z.core.$ZodIssue, given: unknown): string {
  if (given === undefined) return "is missing";
  return issue.code === "invalid_value" ? `must be one of ${issue.values.join(", ")}` : issue.message;
}

const telling = stackOptions.pick({ cwd: true, json: true, quiet: true }).extend({
  color: stackOptions.shape.color.catch("auto"),
  report: z.array(reportTarget.optional().catch(undefined)).default([]),
  detailedExitcode: z.boolean().default(false),
  watchInterval: z.string().optional(),
});

/** Of options that are refused: how to tell that. One document goes to stdout, and that of `--json` before others. */
export function tellingOptions(raw: unknown) {
  const { report: given, watchInterval, ...options } = telling.parse(raw);
  const report = given.filter((each) => each !== undefined);
  const printed = options.json ? undefined : report.find(({ file }) => file === STDOUT);
  return {
    ...options,
    report: report.filter((each) => each.file !== STDOUT || each === printed),
    // However often it was to look, it is a watch.
    ...(watchInterval !== undefined && { watchInterval: 0 }),
  };
}
