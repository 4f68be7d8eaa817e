/** Reads a syncs.yaml: what it declares, with defaults merged, and where the secrets are. */
import { lookUp } from "../../provider/look-up.ts";
import { omit } from "../../provider/resources/properties.ts";
import { type Problem, readYaml, type YamlPath, zodProblems } from "../files/problems.ts";
import type { Policies } from "../policies/schema.ts";
import { expandEntries, type WrittenEntry } from "./entries.ts";
import { refersToEach } from "./for-each.ts";
import {
  type ConnectionEntry,
  type ForEach,
  type SourceEntry,
  type SyncEntry,
  type SyncsDocument,
  syncEntry,
  syncsFileSchema,
} from "./schema.ts";
import { waveProblems } from "./waves.ts";

/** What a syncs.yaml declares. */
export interface SyncsFile {
  project: string;
  backend: string | undefined;
  source: SourceEntry | undefined;
  policies: Policies | undefined;
  connections: ReadonlyMap<string, ConnectionEntry>;
  /** Fan-out is carried out: an entry with `forEach` is here as the syncs that it stands for. */
  syncs: ReadonlyMap<string, SyncEntry>;
  /** Where the entry of each sync is, by the sync's name. */
  paths: ReadonlyMap<string, YamlPath>;
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
  const { document, value, wrong } = readAsFarAsRight(yaml.value);
  if (!document) return yaml.fail([...misplaced, ...wrong]);
  const { project, backend, source, policies, connections, defaults } = document;
  const declared = rawRecord(yaml.value, "connections");
  const { entries, problems } = expandEntries(writtenEntries(value, document.syncs));
  problems.unshift(...misplaced, ...wrong);
  const syncs = new Map<string, SyncEntry>();
  const paths = new Map<string, YamlPath>();
  for (const { name, path, namePath, own, combination } of entries) {
    const where = (problem: Problem): Problem =>
      combination ? { ...problem, message: `${problem.message} (with ${combination})` } : problem;
    if (syncs.has(name))
      problems.push(where({ path: namePath, message: `there is another sync named "${name}"` }));
    const result = syncEntry.safeParse(merge(rawRecord(value, "defaults"), own));
    if (result.success) {
      syncs.set(name, result.data);
      paths.set(name, path);
      if (!Object.hasOwn(declared, result.data.connection)) {
        const at = "connection" in own ? [...path, "connection"] : ["defaults", "connection"];
        problems.push(
          where({ path: at, message: `there is no connection named "${result.data.connection}"` }),
        );
      }
    } else {
      const found = zodProblems(result.error).map((problem) => located(problem, path, own, defaults));
      problems.push(...found.map(where));
    }
  }
  problems.push(...waveProblems(syncs, paths));
  if (problems.length > 0) yaml.fail(problems);
  return {
    project,
    backend,
    source,
    policies,
    connections: new Map(Object.entries(connections)),
    syncs,
    paths,
    secrets: secretsOf(source, connections),
    fail: yaml.fail,
  };
}

interface ReadSoFar {
  /** Without the syncs and connections that are wrong; undefined where nothing can be made of the rest. */
  document: SyncsDocument | undefined;
  /** What it was read from. */
  value: unknown;
  wrong: Problem[];
}

/** One that is wrong does not keep the problems of others from being told. */
function readAsFarAsRight(value: unknown): ReadSoFar {
  const parsed = syncsFileSchema.safeParse(value);
  if (parsed.success) return { document: parsed.data, value, wrong: [] };
  const wrong = zodProblems(parsed.error);
  const rest = wrong.reduce(without, value);
  return { document: syncsFileSchema.safeParse(rest).data, value: rest, wrong };
}

/** What others do not need is left out: a sync or connection by its name, and who may do what. */
function without(value: unknown, { path: [section = "", name] }: Problem): unknown {
  const isNamed = section === "syncs" || section === "connections";
  if (isNamed && typeof name === "string")
    return { ...(value as Raw), [section]: omit(rawRecord(value, section), [name]) };
  return section === "source" || section === "policies" ? omit(value as Raw, [section]) : value;
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
    if (path[0] !== "syncs" && refersToEach(value))
      return [{ path, message: "${each.…} stands in syncs with forEach only" }];
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
function writtenEntries(value: unknown, syncs: SyncsDocument["syncs"]): WrittenEntry[] {
  const names = Array.isArray(syncs) ? syncs.map((_, index) => index) : Object.keys(syncs);
  const raws = (value as { syncs: Readonly<Record<string, Raw>> }).syncs;
  return names.map((name) => {
    const { forEach: _, name: template, ...own } = { ...lookUp(raws, String(name)) };
    const { forEach } =
      lookUp(syncs as Readonly<Record<string, { forEach?: ForEach | undefined }>>, String(name)) ?? {};
    return {
      path: ["syncs", name],
      key: typeof name === "string" ? name : undefined,
      name: typeof template === "string" ? template : undefined,
      own,
      forEach,
    };
  });
}

function rawRecord(value: unknown, name: string): Raw {
  const inner = lookUp(value as Raw, name);
  return typeof inner === "object" && inner !== null ? { ...inner } : {};
}

/** What the sync says goes before what the defaults say; options and destination are merged field by field. */
function merge(defaults: Raw, own: Raw): Raw {
  const both = ["syncOptions", "destinationConfig"].filter(
    (name) => Object.hasOwn(defaults, name) && Object.hasOwn(own, name),
  );
  const merged = both.map((name) => [name, { ...rawRecord(defaults, name), ...rawRecord(own, name) }]);
  return { ...defaults, ...own, ...Object.fromEntries(merged) };
}

/** A problem of a merged sync, at the place where the value was written. */
function located(problem: Problem, path: YamlPath, own: Raw, defaults: SyncsDocument["defaults"]): Problem {
  const [first, second] = problem.path.map(String);
  if (first === undefined) return { ...problem, path };
  const isOwn =
    Object.hasOwn(own, first) && (second === undefined || Object.hasOwn(rawRecord(own, first), second));
  const isDefault =
    Object.hasOwn(defaults ?? {}, first) &&
    (second === undefined || Object.hasOwn(rawRecord(defaults, first), second));
  return {
    ...problem,
    path: isOwn || !isDefault ? [...path, ...problem.path] : ["defaults", ...problem.path],
  };
}
