/** What the exit code says. */
import type { ErrorCode } from "../../provider/errors.ts";
import { codesIn } from "../../provider/phrases.ts";
import { EngineError, type EngineErrorCode } from "../engines/engine.ts";

/** The Pulumi CLI's own exit codes, and one that it does not have. */
export const EXIT = {
  done: 0,
  error: 1,
  configuration: 2,
  authentication: 3,
  resource: 4,
  policy: 5,
  unexpectedChanges: 7,
  cancelled: 8,
  timeout: 9,
  /** The source has moved on, and nobody has changed what the last deployment left. */
  deploymentDue: 10,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_CODE: Readonly<Record<EngineErrorCode, ExitCode>> = {
  unsupported: EXIT.configuration,
  "invalid-config": EXIT.configuration,
  "not-found": EXIT.configuration,
  "wrong-passphrase": EXIT.configuration,
  "invalid-state": EXIT.error,
  locked: EXIT.error,
  "program-failed": EXIT.error,
  "resource-failed": EXIT.resource,
  "unexpected-changes": EXIT.unexpectedChanges,
  "invalid-plan": EXIT.configuration,
  "plan-changed": EXIT.unexpectedChanges,
  "policy-violation": EXIT.policy,
  "not-empty": EXIT.error,
  cancelled: EXIT.cancelled,
  "timed-out": EXIT.timeout,
  "engine-failed": EXIT.error,
};

/** What failures of resources are, where that is more than a failure. */
export const BY_ERROR_CODE: Partial<Record<ErrorCode, ExitCode>> = {
  authentication: EXIT.authentication,
  "missing-credentials": EXIT.authentication,
  "host-not-allowed": EXIT.configuration,
  timeout: EXIT.timeout,
  cancelled: EXIT.cancelled,
};

/** Of refusals that have no phrase, and in the words of others. */
const BY_TEXT: readonly [RegExp, ExitCode][] = [
  [/\(401[,)]|\[401\]/, EXIT.authentication],
  [/timed out|deadline exceeded/i, EXIT.timeout],
];

/** Of several, the one that is told. */
const PRECEDENCE = [EXIT.authentication, EXIT.configuration, EXIT.timeout] as const;

/** Told by the command itself, whatever words its text has. */
const OWN_MEANING: ReadonlySet<ExitCode> = new Set([
  EXIT.cancelled,
  EXIT.timeout,
  EXIT.unexpectedChanges,
  EXIT.policy,
]);

/** The exit code of a failure. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof EngineError)) return EXIT.error;
  const code = BY_CODE[error.code];
  if (OWN_MEANING.has(code)) return code;
  const texts = [
    error.message,
    ...error.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message),
  ];
  // Pulumi passes nothing but texts on.
  const told = texts.flatMap(codesIn).flatMap((each) => BY_ERROR_CODE[each] ?? []);
  const found = BY_TEXT.filter(([pattern]) => texts.some((text) => pattern.test(text)));
  return PRECEDENCE.find((each) => told.includes(each) || found.some(([, of]) => of === each)) ?? code;
}

/** What the JSON documents call it; a deadline of the command is one that stops it. */
export function resultOf(code: ExitCode, signal: AbortSignal): "succeeded" | "failed" | "cancelled" {
  if (code === EXIT.done) return "succeeded";
  return code === EXIT.cancelled || (code === EXIT.timeout && signal.aborted) ? "cancelled" : "failed";
}

/** As Terraform has it: 0 nothing to change, 1 error, 2 changes. */
export function detailedExitCode(outcome: { failed: boolean; hasChanges: boolean }): 0 | 1 | 2 {
  if (outcome.failed) return 1;
  return outcome.hasChanges ? 2 : 0;
}
