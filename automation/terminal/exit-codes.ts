/** What the exit code says. */
import { EngineError, type EngineErrorCode } from "../engines/engine.ts";

/** The Pulumi CLI's own exit codes. */
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
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_CODE: Readonly<Record<EngineErrorCode, ExitCode>> = {
  unsupported: EXIT.configuration,
  "invalid-config": EXIT.configuration,
  "wrong-passphrase": EXIT.authentication,
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

/** Our resources' own failures come as text: Pulumi passes nothing else on. */
const BY_TEXT: readonly [RegExp, ExitCode][] = [
  [
    /\(401[,)]|credentials were refused|access token was refused|No client secret for|No credentials for/i,
    EXIT.authentication,
  ],
  [/is not among the allowed hosts/i, EXIT.configuration],
  [/did not answer in time|timed out|deadline exceeded/i, EXIT.timeout],
  [/PULUMI_ACCESS_TOKEN must be set|pulumi login/i, EXIT.authentication],
];

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
  const found = BY_TEXT.find(([pattern]) => texts.some((text) => pattern.test(text)));
  return found ? found[1] : code;
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
