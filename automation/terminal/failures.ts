/** What failures come to, in exit codes and in the JSON document. */
import { z } from "zod";
import { BridgeError, describeError } from "../../provider/errors.ts";
import { EngineError } from "../engines/engine.ts";
import { BY_ERROR_CODE, EXIT, type ExitCode, exitCodeOf } from "./exit-codes.ts";
import type { Paint } from "./paint.ts";

/** A failure, as JSON documents tell it. */
export const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});
export type Failure = z.output<typeof errorSchema>;

/** The exit code of syncs that were tried. */
export const exitCodeOfResults = (results: readonly { result: string; error?: unknown }[]): ExitCode =>
  oneOf(
    results.flatMap(({ result, error }) => {
      if (result === "skipped") return [EXIT.cancelled];
      return result === "failed" ? [codeOf(error)] : [];
    }),
  );

/** The exit code of several failures. */
export const exitCodeOfErrors = (errors: readonly unknown[]): ExitCode => oneOf(errors.map(codeOf));

/** Where syncs failed in different ways, that they did is what counts. */
function oneOf(all: readonly ExitCode[]): ExitCode {
  const codes = new Set(all);
  if (codes.has(EXIT.cancelled)) return EXIT.cancelled;
  const [first = EXIT.done, ...others] = codes;
  return others.length === 0 ? first : EXIT.resource;
}

const codeOf = (error: unknown): ExitCode =>
  (error instanceof BridgeError ? BY_ERROR_CODE[error.code] : undefined) ?? EXIT.resource;

/** The exit code of what failed before any sync was tried. */
export const exitCodeOfFailure = (error: unknown): ExitCode =>
  error instanceof BridgeError ? codeOf(error) : exitCodeOf(error);

export function errorPart(error: unknown): Failure {
  if (!(error instanceof EngineError || error instanceof BridgeError))
    return { code: "engine-failed", message: describeError(error) };
  const { code, message, hint } = error;
  return { code, message, ...(hint !== undefined && { hint }) };
}

/** A failure as people read it, with what to do. */
export function failureText({ message, hint }: Pick<Failure, "message" | "hint">, paint: Paint): string {
  const lines = hint === undefined ? message : `${message}\n${hint}`;
  // What others say may have several lines, and none of them begins where ours do.
  return `${paint("red", "error:")} ${lines.replaceAll(/\n(?=\S)/g, "\n  ")}`;
}
