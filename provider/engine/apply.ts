import { BridgeError, hasCode, isRefusal } from "../errors.ts";
import { batches, batchesAcross, byFolder, slices } from "./batches.ts";
import { byOwner } from "./ownership/owners.ts";
import { type Ownership, otherOwner } from "./ownership/ownership.ts";
import { tagsIn } from "./parts.ts";
import type { Change, Copy, Create, Delete, Import, Mark, Plan, Update } from "./plan.ts";
import { mapPool, runPool } from "./pool.ts";
import type { Memory, RememberedKey } from "./record/memory.ts";
import { isSameSecret, revisionOf } from "./revision.ts";
import { some } from "./shortened.ts";
import type { EncodedWrite, ListedSecret, SecretStore, WrittenSecret } from "./store.ts";

/** Write requests under way at a time: enough to hide latency, few enough for one project (data-plane §18). */
const WIDTH = 3;
const DELETES_PER_REQUEST = 500;
/** Deletes are all or nothing: each time another hand was faster, the list is read again. */
const DELETE_ATTEMPTS = 3;

/**
 * What was written, at least. `destination`: something that is to be on record. `perhaps`: a write to either side was not
 * refused for certain.
 */
type Written = "nothing" | "perhaps" | "destination";

/** What a run has done, whole or in part. */
export interface Applied {
  /** The destination as this sync has left it, for the keys that are its own. */
  memory: Map<string, RememberedKey>;
  /** Labels of changes carried out. */
  done: Set<string>;
  written: Written;
  /** What stopped the run, if it did not come to its end. */
  failure: { error: unknown } | undefined;
}

export interface ApplyInput {
  plan: Plan;
  /** What was remembered before the run. */
  memory: Memory;
  source: SecretStore;
  destination: SecretStore;
  ownership: Ownership;
  /** Called after each request with the number of changes done so far. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

type Write = Create | Update;
/** What is written to a secret without its value. */
type Note = Copy | Mark;

/**
 * Carries a plan out: imports, then creates and updates, then what belongs to equal values, marks too, then deletes. A
 * refused write stops the run; what was done until then is in the result, so nothing is thrown.
 */
export async function apply(given: ApplyInput): Promise<Applied> {
  const { plan } = given;
  const applied: Applied = {
    memory: stillOurs(plan, given.memory),
    done: new Set(),
    written: "nothing",
    failure: undefined,
  };
  const source = noting(given.source, applied);
  const destination = noting(given.destination, applied);
  const input = { ...given, source, destination };
  const step = (change: Change) => {
    applied.done.add(change.label);
    input.onProgress?.(applied.done.size, plan.changes.length);
  };
  const steps = [
    () => writeImports(input, applied, step),
    async () => {
      if (plan.createsFolder) await destination.createFolder();
    },
    () => writeDestination(input, applied, step),
    () => writeNotes(input, applied, step),
    () => removeDeleted(input, applied, step),
  ];
  try {
    for (const run of steps) await run();
  } catch (error) {
    applied.failure = { error };
  }
  return applied;
}

/** The store, with a note of each write that it has not refused. */
function noting(store: SecretStore, applied: Pick<Applied, "written">): SecretStore {
  const note = () => {
    if (applied.written === "nothing") applied.written = "perhaps";
  };
  const noted = async <T>(request: Promise<T>, isDone: (answer: T) => boolean = () => true): Promise<T> => {
    try {
      const answer = await request;
      if (isDone(answer)) note();
      return answer;
    } catch (error) {
      if (!isRefusal(error)) note();
      throw error;
    }
  };
  return {
    ...store,
    write: (secrets) => noted(store.write(secrets)),
    ...(store.writeAcross && {
      writeAcross: (secrets) => noted(store.writeAcross?.(secrets) ?? NONE, (written) => written.length > 0),
    }),
    annotate: (secrets) => noted(store.annotate(secrets)),
    remove: (keys) => noted(store.remove(keys)),
  };
}

const NONE: Promise<WrittenSecret[]> = Promise.resolve([]);

async function writeImports({ plan, source }: ApplyInput, applied: Applied, step: (change: Change) => void) {
  const imports = plan.changes.filter((change): change is Import => change.kind === "import");
  await source.makeTags(tagsIn(imports));
  const encode = ({ key, value, existsInSource, parts }: Import) =>
    source.encode(key, value, existsInSource, parts);
  const onWritten = (change: Import) => {
    const { label, destination } = change;
    applied.memory.set(label, { origin: "adopted", pushed: destination, destination });
    step(change);
  };
  const [ofParts, whole] = [true, false].map((is) => imports.filter(({ isOfParts }) => isOfParts === is));
  await writeAll(source, whole ?? [], encode, onWritten);
  await writeAll(source, ofParts ?? [], encode, onWritten, { write: (writes) => source.annotate(writes) });
}

/** What of a plan is written without a value, marks of keys that it imports among it. */
export function notesIn(changes: readonly Change[]): Note[] {
  return changes.flatMap((change): Note[] => {
    if (change.kind === "mark" || change.kind === "copy") return [change];
    if (change.kind !== "import" || !change.mark) return [];
    const { key, label, value, destination, mark: parts } = change;
    return [{ kind: "mark", key, label, value, revision: destination, destination, parts, isRenamed: false }];
  });
}

async function writeNotes(
  { plan, memory, destination }: ApplyInput,
  applied: Applied,
  step: (change: Change) => void,
) {
  await writeAll(
    destination,
    notesIn(plan.changes),
    ({ key, value, parts }) => destination.encode(key, value, true, parts),
    (change, written) => {
      applied.written = "destination";
      const origin = originOf(memory.get(change.label), change.destination);
      applied.memory.set(change.label, { origin, pushed: change.revision, destination: revisionOf(written) });
      step(change);
    },
    { write: (writes) => destination.annotate(writes) },
  );
}

async function writeDestination(input: ApplyInput, applied: Applied, step: (change: Change) => void) {
  const writes = input.plan.changes.filter(
    (change): change is Write => change.kind === "create" || change.kind === "update",
  );
  const { destination } = input;
  await destination.makeTags(tagsIn([...writes, ...notesIn(input.plan.changes)]));
  await writeAll(
    destination,
    writes,
    ({ key, value, kind, parts }) => destination.encode(key, value, kind === "update", parts),
    (change, written) => {
      applied.written = "destination";
      // A version above the first: somebody was faster, and the key is not this sync's creation.
      const created = written.isNew || written.version === 1 ? "created" : "adopted";
      const origin =
        change.kind === "create" ? created : originOf(input.memory.get(change.label), change.destination);
      applied.memory.set(change.label, { origin, pushed: change.revision, destination: revisionOf(written) });
      step(change);
    },
  );
}

async function writeAll<C extends Write | Import | Note>(
  store: SecretStore,
  changes: readonly C[],
  encode: (change: C) => EncodedWrite,
  onWritten: (change: C, written: WrittenSecret) => void,
  { write, writeAcross }: Pick<SecretStore, "write" | "writeAcross"> = store,
) {
  const requests = (writeAcross ? batchesAcross : batches)(changes, encode, store);
  const tasks = map(requests, ({ items, writes }) => async () => {
    const open = new Map(items.map((change) => [change.key, change]));
    const note = (written: readonly WrittenSecret[]) => {
      for (const secret of written) {
        const change = open.get(secret.key);
        if (change) onWritten(change, secret);
        open.delete(secret.key);
      }
    };
    const folders = byFolder(writes, store);
    if (writeAcross && folders.length > 1) note(await writeAcross(writes));
    await mapPool(folders, WIDTH, async (folder) => {
      const left = folder.filter(({ key }) => open.has(key));
      if (left.length === 0) return;
      note(await write(left));
      const lost = left.flatMap(({ key }) => open.get(key)?.label ?? []);
      if (lost.length > 0)
        throw new BridgeError("rejected", `The instance accepted a write but did not confirm ${some(lost)}.`);
    });
  });
  const failure = await runPool(tasks, WIDTH);
  if (failure) throw failure.error;
}

async function removeDeleted(
  { plan, destination, ownership }: ApplyInput,
  applied: Applied,
  step: (change: Change) => void,
) {
  const deletes = plan.changes.filter((change): change is Delete => change.kind === "delete");
  const left = await removeListed(
    destination,
    deletes,
    (change) => {
      applied.written = "destination";
      applied.memory.delete(change.label);
      step(change);
    },
    (change, now) => isAsItWas(change, now) && otherOwner(now, ownership) === undefined,
  );
  if (left.length === 0) return;
  const marked = left.flatMap(({ change: { label }, now }) => {
    const owner = otherOwner(now, ownership);
    return owner === undefined ? [] : [{ label, owner }];
  });
  const told = marked.length > 0 ? ` Marked as another sync's: ${byOwner(marked).join("; ")}.` : "";
  throw new BridgeError(
    "plan-changed",
    `Somebody changed ${some(left.map(({ change }) => change.label))} at the destination during the run; not deleted.${told}`,
    { hint: "Preview again." },
  );
}

/** A key that was to be deleted and stays, as it is now. */
export interface Left<D> {
  change: D;
  now: ListedSecret;
}

/** True where nobody has changed a key since it was looked at. */
export const isAsItWas = ({ destination }: { destination: string }, now: ListedSecret): boolean =>
  revisionOf(now) === destination;

/**
 * Deletes keys as they stand in a list read right before; keys that are gone already count as deleted.
 *
 * @param mayDelete says so of a key as it is in that list
 * @returns the keys that were left alone
 */
export async function removeListed<D extends { key: string; destination: string }>(
  destination: SecretStore,
  deletes: readonly D[],
  onDeleted: (change: D) => void,
  mayDelete: (change: D, now: ListedSecret) => boolean = isAsItWas,
): Promise<Left<D>[]> {
  let open = [...deletes];
  const left: Left<D>[] = [];
  for (let attempt = 1; open.length > 0; attempt++) {
    const listing = await destination.list({ values: false, expand: false, imports: false });
    const there = new Map(listing.secrets.map((secret) => [secret.key, secret]));
    const present: D[] = [];
    for (const change of open) {
      const now = there.get(change.key);
      if (now === undefined) onDeleted(change);
      else if (mayDelete(change, now)) present.push(change);
      else left.push({ change, now });
    }
    open = [];
    const requests = byFolder(present, destination).flatMap((folder) => [
      ...slices(folder, DELETES_PER_REQUEST),
    ]);
    for (const slice of requests) {
      try {
        await destination.remove(slice.map((change) => change.key));
        slice.forEach(onDeleted);
      } catch (error) {
        if (!hasCode(error, "secret-not-found") || attempt === DELETE_ATTEMPTS) throw error;
        open.push(...slice);
      }
    }
  }
  return left;
}

/** What the plan found unchanged or kept, as the destination now has it; the rest as it was remembered. */
export function stillOurs(plan: Plan, memory: Memory): Map<string, RememberedKey> {
  const next = new Map<string, RememberedKey>();
  for (const { label, destination, revision } of plan.unchanged)
    next.set(label, {
      origin: originOf(memory.get(label), destination),
      pushed: revision ?? destination,
      destination,
    });
  for (const { label } of plan.kept) {
    const before = memory.get(label);
    if (before) next.set(label, before);
  }
  for (const { label } of plan.changes) {
    const before = memory.get(label);
    if (before) next.set(label, before);
  }
  return next;
}

/** A key that was deleted and made anew by somebody else is no longer what this sync created. */
export function originOf(before: RememberedKey | undefined, destination: string): RememberedKey["origin"] {
  return before && isSameSecret(before.destination, destination) ? before.origin : "adopted";
}

function* map<T, U>(items: Iterable<T>, to: (item: T) => U): Generator<U> {
  for (const item of items) yield to(item);
}
