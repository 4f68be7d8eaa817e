/**
 * The state during an operation. The list of resources must stay in the order of their dependencies at any moment:
 * first what this operation has been through, in its order, then what is left of the old state, in its own.
 */
import { dependenciesOf, type PendingOperation, type ResourceState } from "./deployment.ts";

/** One resource's place in the list; what stands in it is replaced, never changed. */
export interface Entry {
  state: ResourceState;
}
type OperationType = "creating" | "updating" | "deleting" | "reading";

export interface Snapshot {
  /** What the operation began with; a refresh replaces it. */
  readonly olds: readonly Entry[];
  rebase(olds: readonly Entry[]): void;
  /** A resource that this operation has made, changed or kept. */
  add(entry: Entry): void;
  /** The entry is gone. */
  drop(entry: Entry): void;
  /** Another entry stands for it from now on, maybe under another name. */
  replace(old: Entry, entry: Entry): void;
  /**
   * Runs a change of the outside world, of which the saved state knows before it begins. `record` puts what came of it
   * into the snapshot, at the same instant as the pending operation goes.
   */
  during<T>(
    type: OperationType,
    resource: ResourceState,
    change: () => Promise<T>,
    record: (result: T) => void,
  ): Promise<T>;
  /** Drops what is known of operations that were cut off: a refresh has looked. */
  forgetPending(): void;
  /** All resources, in order. */
  resources(): ResourceState[];
  /** Asks for a save, and does not wait for it. */
  save(): void;
  /** Saves, and reports what went wrong with this or any earlier save. */
  flush(): Promise<void>;
}

/** Writes the whole state. */
export type Persist = (
  resources: readonly ResourceState[],
  pending: readonly PendingOperation[],
) => Promise<void>;

/** `persist` is absent in previews: they change nothing. */
export function createSnapshot(
  initial: readonly ResourceState[],
  initialPending: readonly PendingOperation[],
  persist?: Persist,
): Snapshot {
  let olds: readonly Entry[] = initial.map((state) => ({ state }));
  const news: Entry[] = [];
  const dropped = new Set<Entry>();
  const running = new Set<PendingOperation>();
  // A creation that was cut off may have left something behind: only a person can tell.
  let unresolved = initialPending.filter((operation) => operation.type === "creating");
  let failure: { error: unknown } | undefined;

  const renames = new Map<string, string>();
  let renamed = new WeakMap<ResourceState, ResourceState>();
  /** What the operation has not come to yet must not point to a name that is gone. */
  const withNewNames = (state: ResourceState): ResourceState => {
    if (renames.size === 0) return state;
    const known = renamed.get(state) ?? renameReferences(state, renames);
    renamed.set(state, known);
    return known;
  };
  const resources = () => [
    ...news.filter((entry) => !dropped.has(entry)).map((entry) => entry.state),
    ...olds.filter((entry) => !dropped.has(entry)).map((entry) => withNewNames(entry.state)),
  ];
  const write = createWriter(async () => {
    await persist?.(resources(), [...running, ...unresolved]);
  });

  return {
    get olds() {
      return olds;
    },
    rebase(entries) {
      olds = entries;
    },
    add(entry) {
      news.push(entry);
    },
    drop(entry) {
      dropped.add(entry);
    },
    replace(old, entry) {
      dropped.add(old);
      news.push(entry);
      const [before, after] = [old.state.urn, entry.state.urn];
      if (before === after) return;
      renames.set(before, after);
      renamed = new WeakMap();
    },
    async during(type, resource, change, record) {
      const operation = { resource, type };
      running.add(operation);
      try {
        await write();
        const result = await change();
        record(result);
        return result;
      } finally {
        running.delete(operation);
      }
    },
    forgetPending() {
      unresolved = [];
    },
    resources,
    save() {
      write().catch((error: unknown) => {
        failure ??= { error };
      });
    },
    async flush() {
      await write();
      if (failure) throw failure.error;
    },
  };
}

function renameReferences(state: ResourceState, renames: ReadonlyMap<string, string>): ResourceState {
  if (!dependenciesOf(state).some((urn) => renames.has(urn))) return state;
  const rename = (urn: string) => renames.get(urn) ?? urn;
  const { parent, deletedWith, dependencies, propertyDependencies } = state;
  return {
    ...state,
    ...(parent !== undefined && { parent: rename(parent) }),
    ...(deletedWith !== undefined && { deletedWith: rename(deletedWith) }),
    ...(dependencies && { dependencies: dependencies.map(rename) }),
    ...(propertyDependencies && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([key, urns]) => [key, urns?.map(rename) ?? null]),
      ),
    }),
  };
}

/** Many may ask at once: whoever asks while a write is under way shares the next one. */
function createWriter(write: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    next = undefined;
    const mine = write();
    const clear = () => {
      if (current === mine && !next) current = undefined;
    };
    mine.then(clear, clear);
    current = mine;
    return mine;
  };
  return () => {
    if (next) return next;
    if (!current) return start();
    next = current.then(start, start);
    return next;
  };
}
