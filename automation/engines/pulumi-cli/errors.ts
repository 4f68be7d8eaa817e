/** What a failure of the CLI means. */
import type { Diagnostic, EngineErrorCode, EngineEvent } from "../engine.ts";
import { EngineError } from "../engine.ts";
import { plainText } from "../plain-text.ts";
import { noPassphrase, wrongPassphrase } from "../refusals.ts";
import { CliError } from "./process.ts";
import { withoutPlanValues } from "./saved-plan.ts";

/** Exit codes of the CLI since 3.2xx; older ones answer 1 or 255 for everything. */
const CODES: Readonly<Record<number, EngineErrorCode>> = {
  2: "invalid-config",
  4: "resource-failed",
  7: "unexpected-changes",
  8: "cancelled",
};

const TEXTS: readonly [RegExp, EngineErrorCode, string?][] = [
  [/no changes were expected but changes/i, "unexpected-changes"],
  [
    /currently locked by|Another update is currently in progress/i,
    "locked",
    "Wait for it to end. If nobody is working on the stack, remove the lock with: external-infisical cancel (or pulumi cancel)",
  ],
  [/still has resources/i, "not-empty", "Destroy the stack first."],
  [
    /violates (?:update )?plan|not allowed by the plan|expected resource operations for/i,
    "plan-changed",
    "Something has changed since the preview: preview again.",
  ],
  [/update was cancell?ed|operation cancell?ed|canceling/i, "cancelled"],
  [
    /failed to load (?:checkpoint|snapshot)|snapshot integrity|unable to deserialize|no such deployment version/i,
    "invalid-state",
  ],
  [
    /pulumi login|could not get cloud url|unable to open (?:bucket|state directory)/i,
    "invalid-config",
    "Log in with pulumi login, or name a backend in PULUMI_BACKEND_URL.",
  ],
  [/no Pulumi\.yaml|failed to load Pulumi project|could not locate|project file/i, "invalid-config"],
  [
    /Running program .* failed with an unhandled exception|unhandled exception|process exited/i,
    "program-failed",
  ],
];

/** What the CLI says in words of its own, of what whoever calls has to give. */
const REFUSALS: readonly [RegExp, (cause: unknown) => EngineError][] = [
  [/incorrect passphrase/i, wrongPassphrase],
  [/passphrase must be set|PULUMI_CONFIG_PASSPHRASE/i, noPassphrase],
];

/** The SDK logs "debug" messages as well. */
const SEVERITIES: ReadonlySet<string> = new Set(["info", "info#err", "warning", "error"]);

/** Collects what the events of an operation say about its failure. */
export function createFailureWatch(): {
  onEvent(event: EngineEvent): void;
  readonly diagnostics: Diagnostic[];
  readonly hasFailedResource: boolean;
} {
  const diagnostics: Diagnostic[] = [];
  let hasFailedResource = false;
  return {
    diagnostics,
    get hasFailedResource() {
      return hasFailedResource;
    },
    onEvent({ diagnosticEvent, resOpFailedEvent }) {
      if (resOpFailedEvent) hasFailedResource = true;
      if (!diagnosticEvent || diagnosticEvent.ephemeral) return;
      const { severity, message, urn } = diagnosticEvent;
      if (!SEVERITIES.has(severity)) return;
      diagnostics.push({ severity, message: printed(message), ...(urn ? { urn } : {}) });
    },
  };
}

/** Turns what a call of the CLI threw into an {@link EngineError}. */
export function toEngineError(
  error: unknown,
  what: string,
  seen: { diagnostics?: readonly Diagnostic[]; hasFailedResource?: boolean; isAborted?: boolean } = {},
): EngineError {
  if (error instanceof EngineError) return error;
  const diagnostics = seen.diagnostics ?? [];
  const isCli = error instanceof CliError;
  const output = isCli ? { stdout: printed(error.stdout), stderr: printed(error.stderr) } : {};
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const text = [...errors.map(({ message }) => message), output.stderr ?? "", output.stdout ?? ""].join("\n");
  const refusal = REFUSALS.find(([pattern]) => pattern.test(output.stderr ?? ""))?.[1];
  if (refusal && !seen.isAborted) return refusal(error);
  const { code, hint } = meaningOf(isCli ? error.code : undefined, text, seen);
  const message = firstMessage(output.stderr, errors) ?? (isCli ? error.message : String(error));
  return new EngineError(code, code === "cancelled" ? `${what} was cancelled.` : message, {
    hint,
    diagnostics,
    ...output,
    // The CLI's own words would tell the values that differ.
    ...(code !== "plan-changed" && { cause: error }),
  });
}

const printed = (text: string): string => withoutPlanValues(plainText(text));

function meaningOf(
  exitCode: number | undefined,
  text: string,
  seen: { hasFailedResource?: boolean; isAborted?: boolean; diagnostics?: readonly Diagnostic[] },
): { code: EngineErrorCode; hint: string | undefined } {
  if (seen.isAborted) return { code: "cancelled", hint: undefined };
  const found = TEXTS.find(([pattern]) => pattern.test(text));
  // A program that was refused a resource fails of that.
  const isOfResource = seen.hasFailedResource && found?.[1] === "program-failed";
  if (found && !isOfResource) return { code: found[1], hint: found[2] };
  if (seen.hasFailedResource) return { code: "resource-failed", hint: undefined };
  const known = exitCode === undefined ? undefined : CODES[exitCode];
  if (known) return { code: known, hint: undefined };
  const ofResource = seen.diagnostics?.some(
    ({ severity, urn }) => severity === "error" && urn !== undefined && !urn.includes("pulumi:pulumi:Stack"),
  );
  return { code: ofResource ? "resource-failed" : "engine-failed", hint: undefined };
}

/** The CLI prints "error: …" last; what came before are its diagnostics. */
function firstMessage(stderr: string | undefined, errors: readonly Diagnostic[]): string | undefined {
  const line = stderr
    ?.split("\n")
    .findLast((each) => each.startsWith("error: "))
    ?.slice("error: ".length);
  return line || errors[0]?.message || stderr || undefined;
}
