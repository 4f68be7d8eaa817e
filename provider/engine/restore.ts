import { BridgeError, describeError } from "../errors.ts";
import { type Applied, notesIn, removeListed } from "./apply.ts";
import { batches } from "./batches.ts";
import { isCarriedOut } from "./confirm.ts";
import { guardMissing } from "./guard/partial-read.ts";
import { toLabel } from "./label.ts";
import { otherParts, partsIn, partsToWrite, tagsIn, writableParts } from "./parts.ts";
import type { Change, Plan } from "./plan.ts";
import type { Memory, RememberedKey } from "./record/memory.ts";
import { revisionOf, UNKNOWN_REVISION } from "./revision.ts";
import { some } from "./shortened.ts";
import type { ListedSecret, SecretParts, SecretStore } from "./store.ts";

/** Both sides as they were before the run, with the values as they are written there. */
export interface Before {
  source: readonly ListedSecret[];
  destination: readonly ListedSecret[];
  memory: Memory;
}

interface Side {
  side: "source" | "destination";
  store: SecretStore;
  before: readonly ListedSecret[];
  changes: readonly Change[];
}

/**
 * Puts back what a failed run has changed: at the destination first, then what it imported into the source. A
 * key that somebody else has changed since is left as it is. What is there is listed anew, so that a write
 * whose answer was lost is put back too.
 *
 * @returns the run as it ended: nothing done, or what could not be put back; the failure says both
 */
export async function restore(
  applied: Applied,
  plan: Plan,
  before: Before,
  { source, destination }: { source: SecretStore; destination: SecretStore },
): Promise<Applied> {
  const { failure } = applied;
  if (!failure) return applied;
  const imports = plan.changes.filter((change) => change.kind === "import");
  const rest = plan.changes.filter((change) => change.kind !== "import");
  const marks = notesIn(imports);
  const memory = new Map(applied.memory);
  const standingBefore = new Map(before.destination.map((secret) => [secret.key, revisionOf(secret)]));
  const done = new Set(applied.done);
  const problems: string[] = [];
  for (const side of [
    {
      side: "destination" as const,
      store: destination,
      before: before.destination,
      changes: [...rest, ...marks],
      told: rest,
    },
    { side: "source" as const, store: source, before: before.source, changes: imports, told: imports },
  ]) {
    // The state will tell of a run that is not over, and the next one could not tell imports put back from keys to delete.
    if (side.store === source && problems.length > 0) {
      if (imports.length > 0) problems.push("what was imported stays in the source");
      break;
    }
    const restored: Restored = { back: new Set(), standing: new Map(), left: new Set(), unsure: new Set() };
    try {
      await restoreSide(side, restored);
      const left = [...restored.left].sort();
      if (left.length > 0) problems.push(`left as they are, since somebody changed them: ${some(left)}`);
    } catch (error) {
      problems.push(describeError(error));
      // What was put back all the same is known from one more look, if that is to be had.
      await lookAgain(side, restored).catch(() => {});
    }
    for (const label of restored.unsure) {
      const mine = before.memory.get(label);
      // Forgotten, a key that was brought back all the same would be somebody else's to the next run.
      if (mine && !memory.has(label)) memory.set(label, { ...mine, destination: UNKNOWN_REVISION });
    }
    for (const { key, label } of side.told) {
      if (!restored.back.has(label)) continue;
      done.delete(label);
      const [was, is] = [standingBefore.get(key), restored.standing.get(key)];
      remember(memory, before.memory.get(label), label, { was, is });
    }
  }
  return { ...applied, memory, done, failure: { error: told(failure.error, problems) } };
}

/** How far it came. */
interface Restored {
  /** Labels of keys that are as they were before the run. */
  back: Set<string>;
  /** Key → revision that putting it back has made. */
  standing: Map<string, string>;
  /** Labels of keys that are somebody else's by now. */
  left: Set<string>;
  /** Labels of keys that an instance was asked to write, without an answer so far. */
  unsure: Set<string>;
}

async function restoreSide(
  { side, store, before, changes }: Side,
  { back, standing, left, unsure }: Restored,
): Promise<void> {
  const then = new Map(before.map((secret) => [secret.key, secret]));
  if (changes.length === 0) return;
  const now = await look({ store, side, changes });

  const writes: (Pick<ListedSecret, "key" | "value"> & { parts?: SecretParts })[] = [];
  const deletes: { key: string; label: string; destination: string }[] = [];
  for (const change of changes) {
    const [was, is] = [then.get(change.key), now.get(change.key)];
    const isUntouched = was && is ? revisionOf(was) === revisionOf(is) : was === is;
    if (isUntouched) back.add(change.label);
    else if (!isCarriedOut(change, is)) left.add(change.label);
    else if (was) writes.push(asItWas(was, change));
    else if (is) deletes.push({ key: change.key, label: change.label, destination: revisionOf(is) });
  }
  await store.makeTags(tagsIn(writes));
  const encode = ({ key, value, parts }: (typeof writes)[number]) =>
    store.encode(key, value, now.has(key), parts);
  for (const { writes: items } of batches(writes, encode, store)) {
    for (const { key } of items) unsure.add(toLabel(key));
    for (const written of await store.write(items)) {
      standing.set(written.key, revisionOf(written));
      back.add(toLabel(written.key));
    }
    for (const { key } of items) unsure.delete(toLabel(key));
  }
  for (const { change } of await removeListed(store, deletes, ({ label }) => back.add(label)))
    left.add(change.label);
}

/** What is there now. @throws BridgeError `partial-read` where a key that looks missing may only not be shown */
async function look({ side, store, changes }: Omit<Side, "before">): Promise<Map<string, ListedSecret>> {
  const { secrets } = await store.list({ values: true, expand: false, imports: false });
  await guardMissing(
    store,
    side,
    secrets,
    changes.map(({ key }) => key),
  );
  return new Map(secrets.map((secret) => [secret.key, secret]));
}

/** Which keys are as they were, after a request whose outcome is not known. */
async function lookAgain(
  { side, store, before, changes }: Side,
  { back, standing, unsure }: Restored,
): Promise<void> {
  const then = new Map(before.map((secret) => [secret.key, secret]));
  const now = await look({ store, side, changes });
  unsure.clear();
  for (const change of changes) {
    const { key, label } = change;
    const [was, is] = [then.get(key), now.get(key)];
    const isBack = was && is ? isAsItWas(was, is, change) : was === is;
    if (isBack) back.add(label);
    if (isBack && is) standing.set(key, revisionOf(is));
  }
}

const isAsItWas = (was: ListedSecret, is: ListedSecret, change: Change): boolean =>
  is.value.normalised().equals(was.value.normalised()) &&
  otherParts(asItWas(was, change).parts, is).length === 0;

/** With what belongs to it, where the run has touched that; all of a key that was deleted. What was hidden is lost. */
function asItWas(
  was: ListedSecret,
  change: Change,
): { key: string; value: ListedSecret["value"]; parts?: SecretParts } {
  const { key, value } = was;
  const known = writableParts(was);
  if (change.kind === "delete") return { key, value, parts: known };
  return change.parts ? { key, value, parts: partsToWrite(partsIn(change.parts), known) } : { key, value };
}

/** What was remembered before holds again, under the revision that putting it back has made. */
function remember(
  memory: Map<string, RememberedKey>,
  before: RememberedKey | undefined,
  label: string,
  { was, is }: { was: string | undefined; is: string | undefined },
): void {
  if (!before) {
    memory.delete(label);
    return;
  }
  // What somebody had changed before the run is changed again.
  const isAsLeft = was === before.destination;
  memory.set(label, is !== undefined && isAsLeft ? { ...before, destination: is } : before);
}

function told(error: unknown, problems: readonly string[]): BridgeError {
  const outcome =
    problems.length === 0
      ? "What the run had changed was put back."
      : `What the run had changed was put back, except: ${problems.join("; ")}.`;
  const code = error instanceof BridgeError ? error.code : "server-error";
  const path = error instanceof BridgeError ? error.path : undefined;
  const hint =
    error instanceof BridgeError && error.hint !== undefined ? `${error.hint} ${outcome}` : outcome;
  return new BridgeError(code, (error instanceof Error ? error.message : String(error)).split("\n"), {
    path,
    hint,
    cause: error,
  });
}
