import { PARTS, type Part, type SyncOptions } from "../schema.ts";
import type { SecretValue } from "../secret-value.ts";
import type { DesiredSecret } from "./desired.ts";
import { isFilteredBySource, leftOutByName } from "./filter.ts";
import { type GoneFolder, goneFolders } from "./gone-folders.ts";
import { fromLabel, toLabel } from "./label.ts";
import { markedMetadata, markIn, type Ownership, otherOwner, withMark } from "./ownership/ownership.ts";
import { type Pair, pairUp } from "./pairs.ts";
import { compareParts, type PartDifference, partsToWrite } from "./parts.ts";
import { isPushed, revisionOf } from "./revision.ts";
import type { ListedSecret, SecretParts } from "./store.ts";
import { keepsFolders, locatorOf } from "./tree-key.ts";

interface OfKey {
  key: string;
  label: string;
}

/** Acts on what is at the destination already. */
interface AtDestination extends OfKey {
  /** Revision there: of what is overwritten, deleted or imported. */
  destination: string;
}

/** Has the source's value; where both sides have it, some instances take nothing without it. */
interface FromSource extends OfKey {
  value: SecretValue;
  revision: string;
}

/** What a change sets beside the value. */
interface Beside {
  /** Of the secret that is written, what is set; marks are metadata. */
  parts?: SecretParts;
  /** What of it is copied, and differs. */
  copies?: PartDifference;
}

export interface Create extends FromSource, Beside {
  kind: "create";
  isRestore: boolean;
}

export interface Update extends FromSource, AtDestination, Beside {
  kind: "update";
  isOwned: boolean;
  isRestore: boolean;
}

export interface Copy extends FromSource, AtDestination, Required<Beside> {
  kind: "copy";
  isOwned: boolean;
}

export interface Delete extends AtDestination {
  kind: "delete";
  isOwned: boolean;
}

export interface Import extends AtDestination, Beside {
  kind: "import";
  value: SecretValue;
  /** Revision of the source's secret that gives way, or that is shadowed if it came from an import. */
  over: string | undefined;
  existsInSource: boolean;
  /** The source has the value already. */
  isOfParts: boolean;
  /** What marks the destination's secret, where that is to be marked. */
  mark?: SecretParts;
}

export interface Mark extends FromSource, AtDestination {
  kind: "mark";
  parts: SecretParts;
  /** It carries a mark of this sync under an earlier name. */
  isRenamed: boolean;
}

/**
 * What a run does about one key. `create`, `update` and `delete` act on the destination, `copy` writes there only what
 * belongs to an equal value, `import` writes what the destination has into the source, and `mark` notes at an equal key
 * that it is this sync's.
 */
export type Change = Create | Update | Copy | Delete | Import | Mark;

/** A key that needs no write: equal on both sides, or left alone at the destination. */
interface Standing {
  label: string;
  /** Revision at the destination. */
  destination: string;
  /** Revision on record or of the source; absent for a key that is only kept. */
  revision: string | undefined;
  /** Whose mark it carries, where it is another sync's. */
  owner?: string;
}

/**
 * A key whose record follows what is at the destination already: its value, or that there is none; or that is no longer this
 * sync's, since its filter leaves it out now.
 */
export interface Settled {
  label: string;
  how: "there" | "gone" | "leftOut" | "beneath";
}

/** A key that is another sync's by its mark, and that the run would overwrite, import or delete. */
export interface Claimed {
  label: string;
  owner: string;
}

/** What one run will do; a value: nothing in it changes, and nothing is decided again after it. */
export interface Plan {
  /** Sorted by label. */
  changes: readonly Change[];
  /** Keys whose values are equal on both sides. */
  unchanged: readonly Standing[];
  /** Keys that the record will have otherwise than now, although nothing is written. */
  settled: readonly Settled[];
  /** Destination keys that the source lacks and that stay. */
  kept: readonly Standing[];
  /** Such a run is refused. */
  claimed: readonly Claimed[];
  /** Label → revision of all that the destination will hold of this sync, sorted by label. */
  keys: Readonly<Record<string, string>>;
  counts: Readonly<Counts>;
  /** Labels of values with references that the source could not resolve. */
  unresolved: readonly string[];
  destinationSize: number;
  /** What is to be copied, and is not told of the source's secrets; absent where all is. */
  untold?: readonly { part: Part; labels: readonly string[] }[];
  /** Folders that hold nothing at the source any more, and in which keys would be deleted. */
  emptied: readonly GoneFolder[];
  isFirstRun: boolean;
  /** The destination folder has to be made first. */
  createsFolder: boolean;
  /** For people: what the destination may refuse, where that was looked at. */
  cautions?: readonly string[];
}

/** `comment`, `tags` and so on: keys at the destination of which that part is set, also beside a new value. */
export interface Counts extends Partial<Record<Part, number>> {
  create: number;
  update: number;
  delete: number;
  import: number;
  unchanged: number;
  kept: number;
  /** Equal keys that get a mark; absent where there are none. */
  mark?: number;
  /** Equal keys of which a part is set; absent where there are none. */
  copy?: number;
}

/** What planning depends on. */
export interface PlanInput {
  source: readonly DesiredSecret[];
  destination: readonly ListedSecret[];
  destinationFolderExists: boolean;
  /** Keys at the source that the filter leaves out. */
  leftOut?: ReadonlySet<string>;
  /** Label → revision of what is on record as pushed by this sync; a label in it counts as ours. */
  known: ReadonlyMap<string, string>;
  /** No run is on record yet for this pair of source and destination. */
  isFirstRun: boolean;
  options: SyncOptions;
  ownership: Ownership;
}

/** Decides, key by key, what a run does (control-plane §3.13). Pure: no I/O, and no input is changed. */
export function plan(input: PlanInput): Plan {
  const changes: Change[] = [];
  const unchanged: Standing[] = [];
  const kept: Standing[] = [];
  const claimed: Claimed[] = [];
  const settled: Settled[] = [];
  const keys = new Map<string, string>();
  const imports = input.isFirstRun && input.options.initialSyncBehavior !== "overwrite-destination";

  const pairs = pairUp(input.source, input.destination);
  for (const pair of pairs.sort((a, b) => (a.label < b.label ? -1 : 1))) {
    const { label } = pair;
    const recorded = input.known.get(label);
    const owner = pair.destination && otherOwner(pair.destination, input.ownership);
    if (pair.destination && owner !== undefined) {
      if (pair.source || !isSpared(input, imports)) claimed.push({ label, owner });
      else kept.push({ label, destination: revisionOf(pair.destination), revision: recorded, owner });
      if (recorded !== undefined) keys.set(label, recorded);
      continue;
    }
    const imported = imports ? importOf(pair, input) : undefined;
    if (imported) {
      changes.push(imported);
      keys.set(label, imported.destination);
      continue;
    }
    const decided = decide(pair, recorded, input);
    if (decided.change) changes.push(decided.change);
    if (decided.standing) (decided.isKept ? kept : unchanged).push(decided.standing);
    if (decided.standing && !decided.isKept && decided.revision !== recorded)
      settled.push({ label, how: "there" });
    if (decided.revision !== undefined) keys.set(label, decided.revision);
  }

  const untold = untoldIn(input.source);
  return {
    changes,
    unchanged,
    ...(untold.length > 0 && { untold }),
    settled: [...settled, ...goneFrom(input, pairs)],
    kept,
    claimed,
    keys: Object.fromEntries(keys),
    counts: count(changes, unchanged.length, kept.length),
    unresolved: input.source
      .filter((secret) => secret.isUnresolved)
      .map((secret) => toLabel(secret.key))
      .sort(),
    destinationSize: input.destination.length,
    emptied: emptiedBy(changes, input),
    isFirstRun: input.isFirstRun,
    createsFolder: !input.destinationFolderExists && changes.length > 0,
  };
}

const untoldIn = (source: readonly DesiredSecret[]): NonNullable<Plan["untold"]> =>
  PARTS.flatMap((part) => {
    const secrets = source.filter(({ copied, untold }) => copied !== undefined && untold?.includes(part));
    return secrets.length > 0 ? [{ part, labels: secrets.map(({ key }) => toLabel(key)).sort() }] : [];
  });

function emptiedBy(changes: readonly Change[], { source, known, options }: PlanInput): GoneFolder[] {
  const deleted = changes.flatMap((change) =>
    change.kind === "delete" ? [{ ...change, revision: known.get(change.label) }] : [],
  );
  if (deleted.length === 0) return [];
  const created = changes.filter((change) => change.kind === "create");
  return goneFolders({ deleted, created, held: source.map(({ key }) => key) }, locatorOf(options));
}

/** What is on record, and is on neither side any more, as far as the filter shows them. */
function goneFrom({ known, leftOut, options }: PlanInput, pairs: readonly Pair[]): Settled[] {
  const there = new Set(pairs.map(({ label }) => label));
  const isLeftOut = leftOutByName(options);
  return [...known.keys()]
    .filter((label) => !there.has(label))
    .map((label) => {
      const key = fromLabel(label);
      if (leftOut?.has(key) || isLeftOut(key)) return { label, how: "leftOut" };
      // Of the time when folders beneath came along: a flat sync does not look there.
      return { label, how: !keepsFolders(options) && key.includes("/") ? "beneath" : "gone" };
    });
}

/** True where a key that the source lacks stays for the mark that it carries. */
const isSpared = ({ ownership, options }: PlanInput, imports: boolean) =>
  ownership.spares || (options.disableSecretDeletion && !imports);

interface Decision {
  change?: Change;
  standing?: Standing;
  isKept?: boolean;
  /** Revision in the plan's `keys`; absent where the destination will not hold the key as ours. */
  revision?: string | undefined;
}

function decide(
  pair: Pair,
  recorded: string | undefined,
  { options, ownership }: Pick<PlanInput, "options" | "ownership">,
): Decision {
  const { key, label, source, destination } = pair;
  const isOwned = recorded !== undefined;
  if (!source) {
    if (!destination) return {};
    const standing = { label, destination: revisionOf(destination), revision: recorded };
    const stays = options.disableSecretDeletion || (!isOwned && keepsUnowned(options));
    if (stays) return { standing, isKept: true, revision: recorded };
    return { change: { kind: "delete", key, label, destination: standing.destination, isOwned } };
  }
  // Only the source knows a newer value by its revision; anything else that differs was done at the destination.
  const isRestore = recorded === source.revision;
  const { value } = source;
  const { parts, copies } = besideValue(source, destination, ownership);
  const beside = { ...(parts && { parts }), ...(copies && { copies }) };
  if (!destination) {
    const { revision } = source;
    return { change: { kind: "create", key, label, value, revision, isRestore, ...beside }, revision };
  }
  const at = revisionOf(destination);
  if (value.equals(destination.value)) {
    const revision = isPushed(recorded) ? recorded : source.revision;
    if (!parts) return { standing: { label, destination: at, revision }, revision };
    const what = { key, label, value, revision, destination: at, parts };
    if (copies) return { change: { kind: "copy", ...what, isOwned, copies }, revision };
    return { change: { kind: "mark", ...what, isRenamed: markIn(destination) !== undefined }, revision };
  }
  const { revision } = source;
  const over = { destination: at, isOwned, isRestore };
  return { change: { kind: "update", key, label, value, revision, ...over, ...beside }, revision };
}

/** What belongs to the value that is not as it is to be, and the mark. */
function besideValue(
  from: Pick<ListedSecret, "copied" | "untold">,
  to: Pick<ListedSecret, "copied" | "untold" | "metadata"> | undefined,
  ownership: Pick<Ownership, "mark">,
): Beside {
  const copies = compareParts(from, to);
  const { metadata, ...rest } = copies ? partsToWrite(copies.parts, from.copied ?? {}) : {};
  const noted = metadata ? withMark(metadata, to, ownership) : markedMetadata(to, ownership);
  if (!copies && !noted) return {};
  return { parts: { ...rest, ...(noted && { metadata: noted }) }, ...(copies && { copies }) };
}

/** What the sync did not write, and the source lacks, stays. */
const keepsUnowned = (options: SyncOptions): boolean =>
  options.unownedKeys === "keep" || isFilteredBySource(options);

/** The import part of a first run, with the product's rules (control-plane §3.13, "Import details"). */
function importOf(
  { key, label, source, destination }: Pair,
  { options, ownership }: Pick<PlanInput, "options" | "ownership">,
) {
  if (!destination) return undefined;
  // As the source would store it; old instances have kept values with white space around them.
  const value = destination.value.normalised();
  const marked = markedMetadata(destination, ownership);
  const own = source?.isOwn ? source : undefined;
  const isOfParts = own !== undefined && value.equals(own.value);
  const beside = besideValue(destination, own, SOURCE);
  const taken = {
    kind: "import" as const,
    key,
    label,
    value,
    destination: revisionOf(destination),
    isOfParts,
    ...beside,
    ...(marked && { mark: { metadata: marked } }),
  };
  // Secret imports are not considered: a key the source only imports is written into the folder itself.
  if (!own) return { ...taken, over: source?.revision, existsInSource: false };
  const wins =
    options.initialSyncBehavior === "import-prioritize-destination" &&
    !value.isEmpty &&
    (!isOfParts || beside.copies !== undefined);
  return wins ? { ...taken, over: own.revision, existsInSource: true } : undefined;
}

/** What is imported is not marked at the source, and marks that stand there stay. */
const SOURCE = { mark: undefined };

/** True where what this sync did not write gives way to what is copied. */
export const overwritesForeign = (change: Change): boolean =>
  change.kind === "copy" && !change.isOwned && change.copies.overwritten.length > 0;

/** What changes come to, in numbers. */
export function count(changes: Iterable<Change>, unchanged: number, kept: number): Counts {
  const counts: Counts = { create: 0, update: 0, delete: 0, import: 0, unchanged, kept };
  const add = (name: Change["kind"] | Part) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  for (const change of changes) {
    add(change.kind);
    if (change.kind === "update" || change.kind === "copy") change.copies?.parts.forEach(add);
  }
  return counts;
}
