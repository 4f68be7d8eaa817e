/** What is wrong in a syncs.yaml, and where. */
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { EngineError } from "../engines/engine.ts";

export type YamlPath = readonly (string | number)[];

/** One thing that is wrong. */
export interface Problem {
  path: YamlPath;
  message: string;
}

/** A YAML text that can tell the line of each of its values. */
export interface YamlText {
  readonly value: unknown;
  /** Reports all problems at once, in the order of the file. */
  fail(problems: readonly Problem[]): never;
}

/** @throws EngineError `invalid-config` for a text that is not YAML */
export function readYaml(text: string, file: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (problems: readonly Problem[]): never => {
    // One problem per value will do: the first says what matters.
    const firsts = new Map([...problems].reverse().map((problem) => [problem.path.join("\0"), problem]));
    const told = [...firsts.values()]
      .map(({ path, message }) => ({ at: positionOf(document, lines, path), path, message }))
      .sort((a, b) => a.at.line - b.at.line || a.at.col - b.at.col)
      .map(
        ({ at, path, message }) =>
          `${file}:${at.line}:${at.col}: ${[path.join("."), message].filter(Boolean).join(": ")}`,
      );
    throw invalid(told, file);
  };
  if (document.errors.length > 0) {
    const told = document.errors.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      return `${file}:${line}:${col}: ${message}`;
    });
    throw invalid(told, file);
  }
  return { value: document.toJS(), fail };
}

function invalid(told: readonly string[], file: string): EngineError {
  const count = told.length === 1 ? "is a problem" : `are ${told.length} problems`;
  return new EngineError("invalid-config", [`There ${count} in ${file}:`, ...told].join("\n  "));
}

/** The position of a value, or of what should hold it. */
function positionOf(document: Document, lines: LineCounter, path: YamlPath): { line: number; col: number } {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]);
  }
  return { line: 1, col: 1 };
}

/** Problems of a zod error; values are never repeated. */
export function zodProblems(error: z.ZodError, at: YamlPath = []): Problem[] {
  return error.issues.flatMap((issue) => issueProblems(issue, at));
}

function issueProblems(issue: z.core.$ZodIssue, at: YamlPath): Problem[] {
  const path = [...at, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], message: "there is no such setting" }));
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map(({ message }) => ({ path, message: `as a name ${message}` }));
  }
  if (issue.code === "invalid_union") {
    // The branch that got furthest is the one that was meant.
    const branches = issue.errors.map((issues) => issues.flatMap((each) => issueProblems(each, path)));
    const depth = (problems: Problem[]) => Math.max(0, ...problems.map((problem) => problem.path.length));
    const [best] = branches.filter((problems) => problems.length > 0).sort((a, b) => depth(b) - depth(a));
    return best ?? [{ path, message: issue.message }];
  }
  if (issue.code === "invalid_type" && issue.input === undefined && /undefined/.test(issue.message)) {
    return [{ path, message: "is missing" }];
  }
  return [{ path, message: issue.message }];
}
