/** Errors as Terraform's diagnostics: what happened, at which attribute, and what to do. */

import { parseWarning } from "../engine/record/progress.ts";
import { BridgeError } from "../errors.ts";
import { lookUp } from "../look-up.ts";
import { printable } from "../printable.ts";
import { PartialRunError } from "../resources/index.ts";
import { toCamelCase, toSnakeCase, withCamelNames, withSnakeNames } from "./names.ts";
import type { Message } from "./protocol.ts";
import { type Attributes, isNested } from "./schema.ts";

/** Something to tell the user. */
export interface Problem {
  severity: "error" | "warning";
  summary: string;
  detail: string;
  /** Attribute names, from the outside in. */
  path?: readonly string[];
}

/** Arguments were refused, all at once. Each text may begin with the path of the argument: `a.b: text`. */
export class RefusedError extends Error {
  readonly failures: readonly string[];

  constructor(failures: readonly string[]) {
    super(failures.join("\n"));
    this.name = "RefusedError";
    this.failures = failures;
  }
}

/** What a resource told of itself, where it was to be noticed or not, as a warning of the plan. */
export const toldOf = (what: string, line: string): Problem => ({
  severity: "warning",
  summary: `About this ${what}`,
  detail: parseWarning(line) ?? line,
});

/** What stands for an engine's argument in a Terraform schema. */
export type PathOf = (path: readonly string[]) => readonly string[];

/** Hints that speak of another tool's commands. */
const HINTS: Partial<Record<BridgeError["code"], string>> = {
  "plan-changed": "Run the plan again and review it; a saved plan file is stale now.",
  "missing-credentials":
    "Give them in the provider block or by their environment variables; docs/terraform.md lists both.",
};

/** The diagnostics for an error of any kind. */
export function problemsOf(
  error: unknown,
  attributes: Attributes = {},
  pathOf: PathOf = (path) => path,
): Problem[] {
  const at = (text: string | undefined) => attributePath(text, attributes, pathOf);
  if (error instanceof RefusedError)
    return error.failures.map((failure) =>
      problem("Invalid or refused", failure, at(/^([A-Za-z._]+): /.exec(failure)?.[1])),
    );
  if (error instanceof PartialRunError)
    return [problem("The run stopped half-way", error.reasons.join("\n"))];
  if (error instanceof BridgeError) {
    const { code, message, path } = error;
    const hint = HINTS[code] ?? error.hint;
    const detail = hint === undefined ? message : `${message}\n\n${hint}`;
    return [problem(titleOf(code), detail, at(path))];
  }
  return [problem("Unexpected error", error instanceof Error ? error.message : String(error))];
}

function problem(summary: string, detail: string, path?: readonly string[]): Problem {
  return { severity: "error", summary, detail: withSnakeNames(detail), ...(path && { path }) };
}

/** For example "Plan changed" for `plan-changed`. */
function titleOf(code: string): string {
  const words = code.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The path as far as the schema knows it; a diagnostic with a wrong one would be refused. */
function attributePath(
  text: string | undefined,
  attributes: Attributes,
  pathOf: PathOf,
): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const known: string[] = [];
  let inner: Attributes = attributes;
  for (const name of pathOf(text.split(".").map(toSnakeCase))) {
    const attribute = lookUp(inner, name);
    if (!attribute) break;
    known.push(name);
    if (!isNested(attribute.type)) break;
    inner = attribute.type.attributes;
  }
  return known.length > 0 ? known : undefined;
}

const SEVERITY = { error: 1, warning: 2 } as const;

export function diagnosticMessage({ severity, summary, detail, path }: Problem): Message<"Diagnostic"> {
  // Warnings as well: they are the engine's lines.
  const text = printable(withSnakeNames(detail));
  return {
    severity: SEVERITY[severity],
    summary,
    detail: text,
    ...(path && { attribute: pathMessage(path) }),
  };
}

/**
 * The same for Pulumi's bridge, which shows a warning's detail before its summary, and a path in words of Terraform's
 * libraries.
 */
export function bridgedMessage({ path, ...problem }: Problem): Message<"Diagnostic"> {
  const message = diagnosticMessage(problem);
  const text = withCamelNames(message.detail ?? "");
  // Unless the text has it, the name of what is wrong is all that the path says.
  const named = path?.map(toCamelCase).join(".") ?? "";
  const detail = text.includes(path?.map(toCamelCase).at(-1) ?? "") ? text : `${named}: ${text}`;
  if (problem.severity === "error") return { ...message, detail };
  return { ...message, summary: "", detail: `${problem.summary}: ${detail}` };
}

export const pathMessage = (path: readonly string[]): Message<"AttributePath"> => ({
  steps: path.map((name) => ({ attribute_name: name })),
});
