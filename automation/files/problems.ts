/** What is wrong in a syncs.yaml, and where. */

import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from "yaml";
import { z } from "zod";
import { oneLine } from "../../provider/printable.ts";
import { wordsOf } from "../../provider/resources/problems.ts";
import { unknownIn } from "../../provider/unknown-names.ts";
import { EngineError } from "../engines/engine.ts";

export type YamlPath = readonly (string | number)[];

/** One thing that is wrong. */
export interface Problem {
  path: YamlPath;
  message: string;
}

/** A problem and where it is: lines and columns count from 1. */
export const locatedProblemSchema = z.object({
  line: z.number(),
  column: z.number(),
  path: z.string().meta({ description: "Names and indices, with periods between them." }),
  message: z.string(),
});
export type LocatedProblem = z.output<typeof locatedProblemSchema>;

const causeSchema = z.looseObject({ problems: z.array(locatedProblemSchema) });

/** The problems that an error tells of, where it is one of this file's. */
export const problemsOf = (error: unknown): readonly LocatedProblem[] | undefined =>
  error instanceof EngineError ? causeSchema.safeParse(error.cause).data?.problems : undefined;

/** A YAML text that can tell the line of each of its values. */
export interface YamlText {
  readonly value: unknown;
  /** Reports all problems at once, in the order of the file. */
  fail(problems: readonly Problem[]): never;
}

/** @throws EngineError `invalid-config` for a text that is not YAML */
export function readYaml(text: string, file: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const failAt = (problems: readonly { offset: number; path?: string; message: string }[]): never => {
    const located = problems.map(({ offset, path = "", message }) => {
      const { line, col } = lines.linePos(offset);
      return { line, column: col, path, message };
    });
    throw invalid(located, file);
  };
  const fail = (problems: readonly Problem[]): never => {
    // One problem per value will do: the first says what matters.
    const firsts = new Map([...problems].reverse().map((problem) => [problem.path.join("\0"), problem]));
    const told = [...firsts.values()].reverse().map(({ path, message }) => {
      return { offset: offsetOf(document, path), path: path.join("."), message };
    });
    return failAt(told.sort((a, b) => a.offset - b.offset));
  };
  if (document.errors.length > 0)
    failAt(
      document.errors.map(({ code, pos, message }) => ({ offset: pos[0], message: textOf(code, message) })),
    );
  const wrong = [...looseAliases(document), ...lostNames(document)];
  if (wrong.length > 0) failAt(wrong);
  try {
    return { value: document.toJS(), fail };
  } catch (cause) {
    // Aliases are followed here: so many of them that the file would be gigantic.
    return failAt([{ offset: 0, message: cause instanceof Error ? cause.message : "is not YAML" }]);
  }
}

function invalid(problems: readonly LocatedProblem[], file: string): EngineError {
  return new EngineError("invalid-config", describeProblems(problems, file), { cause: { problems } });
}

/** All problems as text, a line each. */
export function describeProblems(problems: readonly LocatedProblem[], file: string): string {
  const count = problems.length === 1 ? "is a problem" : `are ${problems.length} problems`;
  const told = problems.map(({ line, column, path, message }) =>
    oneLine(`${file}:${line}:${column}: ${[path, message].filter(Boolean).join(": ")}`),
  );
  return [`There ${count} in ${file}:`, ...told].join("\n  ");
}

/** The parser's own text speaks of its functions. */
const textOf = (code: ErrorCode, message: string): string =>
  code === "MULTIPLE_DOCS" ? "a second document begins here; a file has one" : message;

/** What no object of JavaScript can have as a name, so that whatever is declared under it would be passed over. */
function lostNames(document: Document): { offset: number; message: string }[] {
  const found: { offset: number; message: string }[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && key.value === "__proto__")
        found.push({ offset: key.range?.[0] ?? 0, message: "__proto__ cannot be a name" });
    },
  });
  return found;
}

/** Aliases of nothing, and of what they stand in. */
function looseAliases(document: Document): { offset: number; message: string }[] {
  const found: { offset: number; message: string }[] = [];
  visit(document, {
    Alias(_, alias, above) {
      const target = alias.resolve(document);
      const message = target
        ? above.some((node) => node === target) && `*${alias.source} stands inside of &${alias.source}`
        : `there is no &${alias.source} before *${alias.source}`;
      if (message) found.push({ offset: alias.range?.[0] ?? 0, message });
    },
  });
  return found;
}

/** Where a value begins, or what should hold it; aliases and merged maps are followed to where it is written. */
function offsetOf(document: Document, path: YamlPath): number {
  let offset = 0;
  let node: unknown = document.contents;
  for (const name of path) {
    if (isAlias(node)) node = node.resolve(document);
    node = childOf(document, node, name);
    if (!isNode(node) || !node.range) break;
    offset = node.range[0];
  }
  return offset;
}

function childOf(document: Document, node: unknown, name: string | number): unknown {
  if (isSeq(node)) return node.items[Number(name)];
  if (!isMap(node)) return undefined;
  const own = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(name));
  if (own) return own.value ?? own.key;
  for (const { key, value } of node.items) {
    if (!isScalar(key) || key.source !== "<<") continue;
    for (const merged of isSeq(value) ? value.items : [value]) {
      const found = childOf(document, isAlias(merged) ? merged.resolve(document) : merged, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Problems of a zod error; values are never repeated. */
export function zodProblems(error: z.ZodError, at: YamlPath = []): Problem[] {
  return error.issues.flatMap((issue) => issueProblems(issue, at));
}

function issueProblems(issue: z.core.$ZodIssue, at: YamlPath): Problem[] {
  const path = [...at, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
  const unknown = unknownIn(issue);
  if (unknown) return unknown.map(({ name, message }) => ({ path: [...path, name], message }));
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
  return [{ path, message: wordsOf(issue) }];
}
