/** What a declaration would change in the fleet. Pure. */
import { lookUp } from "../../../provider/look-up.ts";
import { isEqual } from "../../../provider/resources/properties.ts";
import type { Properties } from "../../../provider/resources/resource.ts";
import type { ProjectRow, SyncRow } from "../rows/rows.ts";
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
  /** What the syncs have in common and is not as it was, such as `source` or `connections.dr`. */
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
  const { args, ...rest } = sync.declared;
  const { args: oldArgs, ...oldRest } = row.declared;
  const parts = [...namesThatDiffer(oldArgs, args), ...namesThatDiffer(oldRest, rest)];
  return parts.length === 0 ? [] : [{ kind: "changed", sync, row, parts }];
}

function partsOf(olds: ProjectRow["declared"], news: ProjectRow["declared"]): string[] {
  const { connections: oldConnections, ...oldRest } = olds;
  const { connections, ...rest } = news;
  return [
    ...namesThatDiffer({ ...oldRest }, { ...rest }),
    ...namesThatDiffer(oldConnections, connections).map((name) => `connections.${name}`),
  ];
}

const namesThatDiffer = (olds: Readonly<Properties>, news: Readonly<Properties>): string[] =>
  [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (name) => !isEqual(lookUp(olds, name), lookUp(news, name)),
  );

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
