/** What a declaration would change in the fleet. Pure. */
import { lookUp } from "../../../provider/look-up.ts";
import { isEqual, isPlain } from "../../../provider/resources/properties.ts";
import type { Properties } from "../../../provider/resources/resource.ts";
import type { DeclaredProject, DeclaredSync, ProjectRow, SyncRow } from "../rows/rows.ts";
import type { Declaration, NamedSync } from "./declaration.ts";

/** What of the rows decides it. */
export type KnownSync = Pick<
  SyncRow,
  "id" | "project" | "name" | "destination" | "declared" | "removed_at" | "is_pruned"
>;

/** What becomes of one sync, and what it is afterwards. */
export type DeclaredChange =
  | { kind: "new"; sync: NamedSync }
  /** The same sync under another name: it keeps what is remembered of its keys. */
  | { kind: "renamed"; sync: NamedSync; row: KnownSync }
  /** It writes another place from now on. */
  | { kind: "moved"; sync: NamedSync; row: KnownSync }
  /** It was gone, and is declared again. */
  | { kind: "restored"; sync: NamedSync; row: KnownSync }
  | { kind: "changed"; sync: NamedSync; row: KnownSync; parts: string[] }
  /** No file declares it any more. */
  | { kind: "removed"; row: KnownSync };

export interface DeclarationPlan {
  declaration: Declaration;
  isNew: boolean;
  /** What the syncs have in common and is not as it was, such as `source.clientId` or `connections.dr`. */
  parts: string[];
  changes: DeclaredChange[];
  unchanged: number;
}

/** @param rows of the same project */
export function planDeclaration(
  declaration: Declaration,
  project: Pick<ProjectRow, "declared"> | undefined,
  rows: readonly KnownSync[],
  { prune }: { prune: boolean },
): DeclarationPlan {
  const declared = new Set(declaration.syncs.map(({ name }) => name));
  const byName = new Map(rows.map((row) => [row.name, row]));
  const leaving = new Map(
    rows.filter(({ name }) => !declared.has(name)).map((row) => [row.destination, row]),
  );
  const changes = declaration.syncs.flatMap((sync): DeclaredChange[] => {
    const row = byName.get(sync.name);
    if (row) return changesOf(sync, row);
    const former = leaving.get(sync.destination);
    if (!former) return [{ kind: "new", sync }];
    leaving.delete(sync.destination);
    return [{ kind: "renamed", sync, row: former }];
  });
  const gone = [...leaving.values()]
    .filter(({ removed_at, is_pruned }) => removed_at === null || (prune && !is_pruned))
    .map((row) => ({ kind: "removed", row }) as const);
  return {
    declaration,
    isNew: project === undefined,
    parts: project ? partsOf(project.declared, declaration.declared) : [],
    changes: [...changes, ...gone],
    unchanged: declaration.syncs.length - changes.length,
  };
}

function changesOf(sync: NamedSync, row: KnownSync): DeclaredChange[] {
  if (sync.destination !== row.destination) return [{ kind: "moved", sync, row }];
  if (row.removed_at) return [{ kind: "restored", sync, row }];
  const parts = pathsThatDiffer(asWritten(row.declared), asWritten(sync.declared));
  return parts.length === 0 ? [] : [{ kind: "changed", sync, row, parts }];
}

/** By the names that the file has for it. */
const asWritten = ({ args, settings, ...rest }: DeclaredSync): Properties => ({
  ...args,
  ...rest,
  fleet: settings,
});

const partsOf = (olds: DeclaredProject, news: DeclaredProject): string[] =>
  pathsThatDiffer(ofFile(olds), ofFile(news));

const ofFile = ({ notify, eventSubscriptions, ...rest }: DeclaredProject): Properties => ({
  ...rest,
  fleet: { notify, eventSubscriptions },
});

/** Each down to what is no object of properties, or is there on one side alone: `syncOptions.keySchema`. */
const pathsThatDiffer = (olds: Readonly<Properties>, news: Readonly<Properties>): string[] =>
  [...new Set([...Object.keys(olds), ...Object.keys(news)])].flatMap((name) => {
    const [before, after] = [lookUp(olds, name), lookUp(news, name)];
    if (isEqual(before, after)) return [];
    if (!isPlain(before) || !isPlain(after)) return [name];
    return pathsThatDiffer(before, after).map((inner) => `${name}.${inner}`);
  });

/** The syncs of a project as they are afterwards, those that are gone and parked among them. */
export function syncsAfter(
  { declaration, changes }: DeclarationPlan,
  rows: readonly KnownSync[],
): Pick<KnownSync, "name" | "declared">[] {
  const renamed = new Set(changes.flatMap((change) => (change.kind === "renamed" ? [change.row.name] : [])));
  const declared = new Set(declaration.syncs.map(({ name }) => name));
  const gone = rows.filter(({ name }) => !declared.has(name) && !renamed.has(name));
  return [...declaration.syncs, ...gone];
}
