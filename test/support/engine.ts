/** Short ways to write down what the engine's tests plan and run. */
import type { DesiredSecret } from "../../provider/engine/desired.ts";
import { UNMARKED } from "../../provider/engine/ownership/ownership.ts";
import type { Change, PlanInput } from "../../provider/engine/plan.ts";
import type { Memory } from "../../provider/engine/record/memory.ts";
import type { Fingerprint } from "../../provider/engine/revision.ts";
import type { ListedSecret, Listing } from "../../provider/engine/store.ts";
import type { RunInput } from "../../provider/engine/sync.ts";
import { type SyncOptions, syncOptions } from "../../provider/schema.ts";
import { SecretValue } from "../../provider/secret-value.ts";
import type { MemoryStore } from "./memory-store.ts";

/** Keys and values; `value@3` is version 3 of it, without a version it is the first. */
export type Side = Record<string, string>;

const optionsOf = (over: Partial<SyncOptions> = {}): SyncOptions =>
  syncOptions.parse({ initialSyncBehavior: "overwrite-destination", ...over });

/** A folder's secrets; the ids are the prefix and the key, so that revisions read like `3@d-KEY`. */
export function listed(side: Side, prefix = "d"): ListedSecret[] {
  return Object.entries(side).map(([key, text]) => {
    const [, value = "", version = "1"] = /^(.*?)(?:@(\d+))?$/s.exec(text) ?? [];
    return {
      key,
      value: new SecretValue(value),
      id: `${prefix}-${key}`,
      version: Number(version),
      isHidden: false,
    };
  });
}

export const listing = (secrets: Side, imports: Side[] = [], prefix = "s"): Listing => ({
  folderExists: true,
  secrets: listed(secrets, prefix),
  imports: imports.map((imported, index) => listed(imported, `i${index}`)),
});

/** The source's effective secrets, as `desired` makes them. */
export function wanted(own: Side, imported: Side = {}): DesiredSecret[] {
  const secret = (isOwn: boolean) => (row: ListedSecret) => ({
    key: row.key,
    value: row.value,
    revision: `${row.version}@${row.id}`,
    isOwn,
    isHidden: false,
    isUnresolved: false,
  });
  return [...listed(own, "s").map(secret(true)), ...listed(imported, "i").map(secret(false))];
}

export interface PlanCase {
  source?: Side;
  /** Keys that the source has through an import only. */
  imported?: Side;
  destination?: Side;
  /** What is on record; absent on a first run. */
  known?: Record<string, string>;
  options?: Partial<SyncOptions>;
}

export function planInput({ source, imported, destination, known, options }: PlanCase): PlanInput {
  return {
    source: wanted(source ?? {}, imported),
    destination: listed(destination ?? {}),
    destinationFolderExists: true,
    known: new Map(Object.entries(known ?? {})),
    isFirstRun: known === undefined,
    options: optionsOf(options),
    ownership: UNMARKED,
  };
}

/** A change in one line, its value included. */
export function tell(change: Change): string {
  const flags = [
    "isOwned" in change && (change.isOwned ? "owned" : "foreign"),
    "isRestore" in change && change.isRestore && "restore",
  ].filter((flag) => flag !== false);
  switch (change.kind) {
    case "create":
      return [`create ${change.label}=${change.value.reveal()} ${change.revision}`, ...flags].join(" ");
    case "update":
      return [
        `update ${change.label}=${change.value.reveal()} ${change.revision} over ${change.destination}`,
        ...flags,
      ].join(" ");
    case "delete":
      return [`delete ${change.label} ${change.destination}`, ...flags].join(" ");
    case "copy":
      return [`copy ${change.label} ${change.copies.parts} over ${change.destination}`, ...flags].join(" ");
    case "mark":
      return [`mark ${change.label} ${change.destination}`, ...(change.isRenamed ? ["renamed"] : [])].join(
        " ",
      );
    case "import":
      return `import ${change.label}=${change.value.reveal()} ${change.destination}${change.over === undefined ? "" : ` over ${change.over}`}${change.existsInSource ? "" : " (new)"}`;
    default:
      return change satisfies never;
  }
}

/** Unkeyed and readable: only a test may do this. */
export const lengthFingerprint: Fingerprint = (_key, value) => `len${value.length}`;

/** A first run between two stores, with what the test wants otherwise. */
export const runInput = (
  source: MemoryStore,
  destination: MemoryStore,
  over: Omit<Partial<RunInput>, "options"> & { options?: Partial<SyncOptions> } = {},
): RunInput => ({
  source,
  destination,
  known: new Map(),
  isFirstRun: true,
  fingerprint: lengthFingerprint,
  acceptCached: false,
  memory: new Map(),
  announced: undefined,
  ...over,
  options: optionsOf(over.options),
});

/** What the next run of the same sync knows. */
export const afterwards = (result: { plan: { keys: Record<string, string> }; memory: Memory }) => ({
  known: new Map(Object.entries(result.plan.keys)),
  memory: result.memory,
  isFirstRun: false,
});

/** Freezes an input all the way down, so that a function that changes it fails. Maps are left to comparison. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

/** The keys of the stores' write and remove calls, in order. */
export const writesOf = (store: MemoryStore) =>
  store.calls.flatMap((call) =>
    call.name === "write" || call.name === "annotate" || call.name === "remove"
      ? [`${call.name} ${call.keys.join(",")}`]
      : [],
  );
