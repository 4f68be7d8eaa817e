/** Reads a syncs.yaml: what it declares, with defaults merged, and where the secrets are. */
import { type Problem, readYaml, type YamlPath, zodProblems } from "./problems.ts";
import {
  type ConnectionEntry,
  type SourceEntry,
  type SyncEntry,
  type SyncsDocument,
  syncEntry,
  syncsFileSchema,
} from "./schema.ts";

/** What a syncs.yaml declares. */
export interface SyncsFile {
  project: string;
  backend: string | undefined;
  source: SourceEntry | undefined;
  connections: ReadonlyMap<string, ConnectionEntry>;
  syncs: ReadonlyMap<string, SyncEntry>;
  /** Every place where a secret is asked for. */
  secrets: readonly { path: YamlPath; reference: string }[];
  /** Reports problems found later with their lines. */
  fail(problems: readonly Problem[]): never;
}

/**
 * Reads the text of a syncs.yaml.
 *
 * @param file its name, for messages
 * @throws EngineError `invalid-config` with all problems, each with line and path
 */
export function readSyncsFile(text: string, file: string): SyncsFile {
  const yaml = readYaml(text, file);
  const misplaced = misplacedReferences(yaml.value, []);
  const parsed = syncsFileSchema.safeParse(yaml.value);
  if (!parsed.success) return yaml.fail([...misplaced, ...zodProblems(parsed.error)]);
  const { project, backend, source, connections, defaults, syncs } = parsed.data;
  const problems = [...misplaced];
  const merged = new Map<string, SyncEntry>();
  for (const { name, path, raw } of entriesOf(yaml.value, syncs)) {
    if (merged.has(name)) problems.push({ path, message: `there is another sync named "${name}"` });
    const { name: _, ...own } = raw;
    const result = syncEntry.safeParse(merge(rawRecord(yaml.value, "defaults"), own));
    if (result.success) {
      merged.set(name, result.data);
      if (!(result.data.connection in connections)) {
        const at = "connection" in own ? [...path, "connection"] : ["defaults", "connection"];
        problems.push({ path: at, message: `there is no connection named "${result.data.connection}"` });
      }
    } else {
      problems.push(...zodProblems(result.error).map((problem) => located(problem, path, own, defaults)));
    }
  }
  if (problems.length > 0) yaml.fail(problems);
  return {
    project,
    backend,
    source,
    connections: new Map(Object.entries(connections)),
    syncs: merged,
    secrets: secretsOf(source, connections),
    fail: yaml.fail,
  };
}

function secretsOf(
  source: SyncsDocument["source"],
  connections: SyncsDocument["connections"],
): SyncsFile["secrets"] {
  const asked = [
    { path: ["source", "clientSecret"], reference: source?.clientSecret },
    { path: ["source", "token"], reference: source?.token },
    ...Object.entries(connections).map(([name, { machineIdentityClientSecret }]) => ({
      path: ["connections", name, "machineIdentityClientSecret"],
      reference: machineIdentityClientSecret,
    })),
  ];
  return asked.flatMap(({ path, reference }) => (reference === undefined ? [] : [{ path, reference }]));
}

const REFERENCE = /\$\{(?:env|config|file):/;
const SECRET_FIELDS = [
  /^source\.(?:clientSecret|token)$/,
  /^connections\.[^.]+\.machineIdentityClientSecret$/,
];

function misplacedReferences(value: unknown, path: YamlPath): Problem[] {
  if (typeof value === "string") {
    const isSecret = SECRET_FIELDS.some((field) => field.test(path.join(".")));
    if (isSecret || !REFERENCE.test(value)) return [];
    return [{ path, message: "${env:…}, ${config:…} and ${file:…} stand in client secrets and tokens only" }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(REFERENCE.test(name) ? [{ path, message: "names cannot be taken from elsewhere" }] : []),
    ...misplacedReferences(inner, [...path, Array.isArray(value) ? Number(name) : name]),
  ]);
}

type Raw = Readonly<Record<string, unknown>>;

/** The syncs as they are written; a parsed one would have got the schema's defaults before ours. */
function entriesOf(
  value: unknown,
  syncs: SyncsDocument["syncs"],
): { name: string; path: YamlPath; raw: Raw }[] {
  if (Array.isArray(syncs)) {
    const raws = (value as { syncs: Raw[] }).syncs;
    return syncs.map(({ name }, index) => ({ name, path: ["syncs", index], raw: raws[index] ?? {} }));
  }
  const raws = rawRecord(value, "syncs");
  return Object.keys(syncs).map((name) => ({ name, path: ["syncs", name], raw: rawRecord(raws, name) }));
}

function rawRecord(value: unknown, name: string): Raw {
  const inner = (value as Raw)[name];
  return typeof inner === "object" && inner !== null ? { ...inner } : {};
}

/** What the sync says goes before what the defaults say; options and destination are merged field by field. */
function merge(defaults: Raw, own: Raw): Raw {
  const merged: Record<string, unknown> = { ...defaults, ...own };
  for (const name of ["syncOptions", "destinationConfig"]) {
    if (name in defaults && name in own)
      merged[name] = { ...rawRecord(defaults, name), ...rawRecord(own, name) };
  }
  return merged;
}

/** A problem of a merged sync, at the place where the value was written. */
function located(problem: Problem, path: YamlPath, own: Raw, defaults: SyncsDocument["defaults"]): Problem {
  const [first, second] = problem.path.map(String);
  if (first === undefined) return { ...problem, path };
  const isOwn = first in own && (second === undefined || second in rawRecord(own, first));
  const isDefault =
    first in (defaults ?? {}) && (second === undefined || second in rawRecord(defaults, first));
  return {
    ...problem,
    path: isOwn || !isDefault ? [...path, ...problem.path] : ["defaults", ...problem.path],
  };
}
