/** The log of a fleet for people: a line for each thing, on a terminal. `--json` has the same for machines. */

import { describeError } from "../../../provider/errors.ts";
import { oneLine } from "../../../provider/printable.ts";
import { LOG_LEVELS, type Log, type LogLevel } from "../../fleet/operations/log.ts";
import type { Paint } from "../../terminal/paint.ts";

export interface LogLinesOptions {
  level: LogLevel;
  paint: Paint;
  /** Takes secrets and what acts on a terminal out of a text. */
  clean(text: string): string;
  write(line: string): void;
  now(): Date;
}

const COLORS = { debug: "gray", info: undefined, warn: "yellow", error: "red" } as const;

export function logLines({ level, paint, clean, write, now }: LogLinesOptions): Log {
  const least = LOG_LEVELS.indexOf(level);
  const withFields = (common: Fields): Log => {
    const tell =
      (of: LogLevel) =>
      (message: string, fields: Fields = {}) => {
        if (LOG_LEVELS.indexOf(of) < least) return;
        const color = COLORS[of];
        const text = clean(oneLine(lineOf(message, { ...common, ...fields })));
        write(`${paint("dim", timeOf(now()))} ${color === undefined ? text : paint(color, text)}`);
      };
    return {
      debug: tell("debug"),
      info: tell("info"),
      warn: tell("warn"),
      error: (message, error, fields = {}) =>
        tell("error")(message, { ...fields, error: describeError(error) }),
      with: (fields) => withFields({ ...common, ...fields }),
    };
  };
  return withFields({});
}

type Fields = NonNullable<Parameters<Log["info"]>[1]>;

/** By the clock on the wall, as people read it. */
const timeOf = (at: Date): string => at.toTimeString().slice(0, 8);

/** "shop/billing: failed: Cannot read." of a run; of all else the message, and what stands beside it. */
function lineOf(message: string, { project, name, outcome, why, error, problem, ...rest }: Fields): string {
  const sync = project === undefined ? undefined : name === undefined ? project : `${project}/${name}`;
  const told = outcome === undefined ? message : outcome;
  const facts = Object.entries(rest).flatMap(([field, value]) =>
    value === undefined ? [] : [`${field} ${value}`],
  );
  return [sync, told, ...facts, why, problem, error].filter((part) => part !== undefined).join(": ");
}
