/** What the processes of a fleet tell: a JSON line for each thing, with nothing secret in it. */
import type { DestinationStream } from "pino";
import { describeError } from "../../../provider/errors.ts";
import { optional } from "../database/optional.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Names, numbers and times; what others say is cleaned. */
type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  /** Of a failure its text alone is told: what hangs from it may be anything. */
  error(message: string, error: unknown, fields?: Fields): void;
  /** With these fields in each line. */
  with(fields: Fields): Log;
}

export interface LogOptions {
  level?: LogLevel;
  /** Takes secrets and what acts on a terminal out of a text. */
  clean: (text: string) => string;
  /** Standard error without it. */
  stream?: DestinationStream;
}

export async function createLog({ level = "info", clean, stream }: LogOptions): Promise<Log> {
  const { pino } = await optional("pino", () => import("pino"));
  const logger = pino(
    {
      level,
      base: null,
      messageKey: "message",
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
    },
    stream ?? pino.destination({ dest: 2, sync: true }),
  );
  const cleanAll = (fields: Fields): Fields =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, typeof value === "string" ? clean(value) : value]),
    );
  const withFields = (common: Fields): Log => {
    const line =
      (of: Exclude<LogLevel, "error">) =>
      (message: string, fields: Fields = {}) =>
        logger[of](cleanAll({ ...common, ...fields }), clean(message));
    return {
      debug: line("debug"),
      info: line("info"),
      warn: line("warn"),
      error: (message, error, fields = {}) =>
        logger.error(cleanAll({ ...common, ...fields, error: describeError(error) }), clean(message)),
      with: (fields) => withFields({ ...common, ...fields }),
    };
  };
  return withFields({});
}
