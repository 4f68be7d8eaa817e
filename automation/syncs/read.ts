/** Reads a syncs.yaml: what it declares, with defaults merged, and where the secrets are. */
import { z } from "zod";
import { lookUp } from "../../provider/look-up.ts";
import { omit } from "../../provider/resources/properties.ts";
import { type Problem, readYaml, type YamlPath, zodProblems } from "../files/problems.ts";
import type { Policies } from "../policies/schema.ts";
import { type ExpandedEntry, expandEntries, type WrittenEntry } from "./entries.ts";
import { refersToEach } from "./for-each.ts";
import {
  type ConnectionEntry,
  type FleetPart,
  type ForEach,
  hasReference,
  MISPLACED,
  type SourceEntry,
  type SyncEntry,
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
  /** What a fleet alone needs to know. */
  fleet: FleetPart | undefined;
  /** Syncs whose folders lie in one environment may be looked at together. */
  sharedLooks: boolean;
  connections: ReadonlyMap<string, ConnectionEntry>;
  /** Fan-out is carried out: an entry with `forEach` is here as the syncs that it stands for. */
  syncs: ReadonlyMap<string, SyncEntry>;
  /** Where the entry of each sync is, by the sync's name. */
  paths: ReadonlyMap<string, YamlPath>;
  /** Every place where a run asks for a secret. */
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
  const { declared, problems } = readAsFarAsRight(text, file);
  if (problems.length > 0) declared.fail(problems);
  return declared;
}

/**
 * The same, with the problems beside what is right: syncs and connections that are wrong are not there, nor are other parts.
 *
 * @throws EngineError `invalid-config` for what is no map of parts at all
 */
export function readAsFarAsRight(text: string, file: string): { declared: SyncsFile; problems: Problem[] } {
  const yaml = readYaml(text, file);
  const value = yaml.value as Raw;
  const parsed = syncsFileSchema.safeParse(yaml.value);
  const wrong = parsed.success ? [] : zodProblems(parsed.error);
  const parts = partsSchema.safeParse(wrong.reduce(without, value)).data;
  if (!parts) return yaml.fail(wrong);
  const isWrong = (part: string) => wrong.some(({ path }) => path.length === 1 && path[0] === part);
  const { entries, problems } = expandEntries(isWrong("syncs") ? [] : writtenEntries(value, wrong));
  problems.unshift(...misplacedReferences(value, []), ...wrong);
  const { project = "", backend, source, policies, fleet, sharedLooks = true, connections = {} } = parts;
  const { syncs, paths, ...found } = checkedSyncs(
    entries,
    isWrong("defaults") ? undefined : rawRecord(value, "defaults"),
    isWrong("connections") ? undefined : new Set(Object.keys(rawRecord(value, "connections"))),
  );
  problems.push(...found.problems, ...waveProblems(syncs, paths));
  const declared = {
    ...{ project, backend, source, policies, fleet, sharedLooks, syncs, paths },
    connections: new Map(Object.entries(connections)),
    secrets: secretsOf(source, connections),
    fail: yaml.fail,
  };
  return { declared, problems };
}

/**
 * The syncs with their defaults, and what is wrong with them.
 *
 * @param defaults undefined where it cannot be told what they say
 * @param connections names; undefined where it cannot be told which there are
 */
function checkedSyncs(
  entries: readonly ExpandedEntry[],
  defaults: Raw | undefined,
  connections: ReadonlySet<string> | undefined,
): Pick<SyncsFile, "syncs" | "paths"> & { problems: Problem[] } {
  const syncs = new Map<string, SyncEntry>();
  const paths = new Map<string, YamlPath>();
  const problems: Problem[] = [];
  for (const { name, path, namePath, own, combination } of entries) {
    const where = (problem: Problem): Problem =>
      combination ? { ...problem, message: `${problem.message} (with ${combination})` } : problem;
    if (syncs.has(name))
      problems.push(where({ path: namePath, message: `there is another sync named "${name}"` }));
    const result = syncEntry.safeParse(merge(defaults ?? {}, own));
    if (!result.success) {
      // What a sync does not say itself, the defaults may have said.
      const found = zodProblems(result.error).filter((problem) => defaults || isIn(own, problem.path));
      problems.push(...found.map((problem) => where(located(problem, path, own, defaults ?? {}))));
      continue;
    }
    const { connection } = result.data;
    if (connections && !connections.has(connection)) {
      const at = "connection" in own ? [...path, "connection"] : ["defaults", "connection"];
      problems.push(where({ path: at, message: `there is no connection named "${connection}"` }));
    }
    syncs.set(name, result.data);
    paths.set(name, path);
  }
  return { syncs, paths, problems };
}

/** What is read of the file beside the syncs, which get their defaults before they are checked. */
const partsSchema = syncsFileSchema
  .partial()
  .extend({ syncs: z.unknown().optional(), defaults: z.unknown().optional() });
type Parts = z.output<typeof partsSchema>;

/** Without the part that is wrong; of the connections, without the one. */
function without(value: Raw, { path: [part, name] }: Problem): Raw {
  if (part === "connections" && name !== undefined)
    return { ...value, connections: omit(rawRecord(value, "connections"), [String(name)]) };
  return part === undefined || part === "syncs" || part === "defaults" ? value : omit(value, [String(part)]);
}

function secretsOf(
  source: Parts["source"],
  connections: NonNullable<Parts["connections"]>,
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

const SECRET_FIELDS = [
  /^source\.(?:clientSecret|token)$/,
  /^connections\.[^.]+\.machineIdentityClientSecret$/,
  /^fleet\.notify\.secret$/,
];

function misplacedReferences(value: unknown, path: YamlPath): Problem[] {
  if (typeof value === "string") {
    if (path[0] !== "syncs" && refersToEach(value))
      return [{ path, message: "${each.…} stands in syncs with forEach only" }];
    const isSecret = SECRET_FIELDS.some((field) => field.test(path.join(".")));
    if (isSecret || !hasReference(value)) return [];
    return [{ path, message: MISPLACED }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(hasReference(name) ? [{ path, message: "names cannot be taken from elsewhere" }] : []),
    ...misplacedReferences(inner, [...path, Array.isArray(value) ? Number(name) : name]),
  ]);
}

type Raw = Readonly<Record<string, unknown>>;

/**
 * The syncs as they are written: a parsed one would have got the schema's defaults before ours. Those are left out of which
 * it cannot be told what they stand for.
 */
function writtenEntries(value: Raw, wrong: readonly Problem[]): WrittenEntry[] {
  const raws = lookUp(value, "syncs") as Readonly<Record<string, Raw>>;
  const names = Array.isArray(raws) ? raws.map((_, index) => index) : Object.keys(raws);
  const isUnreadable = (name: string | number) =>
    wrong.some(
      ({ path: [part, entry, field] }) =>
        part === "syncs" &&
        String(entry) === String(name) &&
        (field === undefined || field === "forEach" || field === "name"),
    );
  return names
    .filter((name) => !isUnreadable(name))
    .map((name) => {
      const { forEach, name: template, ...own } = { ...lookUp(raws, String(name)) };
      return {
        path: ["syncs", name],
        key: typeof name === "string" ? name : undefined,
        name: typeof template === "string" ? template : undefined,
        own,
        // It has been found right.
        forEach: forEach as ForEach | undefined,
      };
    });
}

function rawRecord(value: unknown, name: string): Raw {
  const inner = lookUp(value as Raw, name);
  return typeof inner === "object" && inner !== null ? { ...inner } : {};
}

/** What the sync says goes before what the defaults say; options, destination and what the fleet needs are merged field by field. */
function merge(defaults: Raw, own: Raw): Raw {
  const both = ["syncOptions", "destinationConfig", "fleet"].filter(
    (name) => Object.hasOwn(defaults, name) && Object.hasOwn(own, name),
  );
  const merged = both.map((name) => [name, { ...rawRecord(defaults, name), ...rawRecord(own, name) }]);
  return { ...defaults, ...own, ...Object.fromEntries(merged) };
}

/** A problem of a merged sync, at the place where the value was written. */
function located(problem: Problem, path: YamlPath, own: Raw, defaults: Raw): Problem {
  if (problem.path.length === 0) return { ...problem, path };
  const isDefault = !isIn(own, problem.path) && isIn(defaults, problem.path);
  return { ...problem, path: isDefault ? ["defaults", ...problem.path] : [...path, ...problem.path] };
}

/** Whether the value is written there; of options and the destination, the field. */
function isIn(raw: Raw, [first, second]: YamlPath): boolean {
  const name = String(first);
  return (
    Object.hasOwn(raw, name) && (second === undefined || Object.hasOwn(rawRecord(raw, name), String(second)))
  );
}
