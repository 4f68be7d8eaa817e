import { originOf, stillOurs } from "./apply.ts";
import { carriesMark } from "./ownership/ownership.ts";
import { otherParts } from "./parts.ts";
import type { Change, Plan } from "./plan.ts";
import type { Memory, RememberedKey } from "./record/memory.ts";
import { revisionOf } from "./revision.ts";
import type { ListedSecret } from "./store.ts";

/** What of a plan is done, as the destination shows it. */
export interface Confirmed {
  /** The destination as the run has left it, for the keys that are the sync's own. */
  memory: Map<string, RememberedKey>;
  /** Labels of changes that are carried out. */
  done: Set<string>;
}

/**
 * Compares the destination with a plan that somebody has carried out. Pure.
 *
 * @param applied what is remembered by who has done so
 */
export function confirm(
  plan: Plan,
  before: Memory,
  destination: readonly ListedSecret[],
  applied: Memory = new Map(),
): Confirmed {
  const there = new Map(destination.map((secret) => [secret.key, secret]));
  const memory = stillOurs(plan, before);
  const done = new Set<string>();
  for (const change of plan.changes) {
    const secret = there.get(change.key);
    if (!isCarriedOut(change, secret)) continue;
    done.add(change.label);
    const mine = applied.get(change.label);
    if (!secret) memory.delete(change.label);
    // As it was left, it is known better by who has left it.
    else if (mine?.destination === revisionOf(secret)) memory.set(change.label, mine);
    else memory.set(change.label, remembered(change, secret, before.get(change.label)));
  }
  return { memory, done };
}

/** True where the key is as the change leaves it. */
export function isCarriedOut(change: Change, secret: ListedSecret | undefined): boolean {
  if (change.kind === "delete") return secret === undefined;
  if (change.kind === "mark") return secret !== undefined && carriesMark(secret, change.parts.metadata);
  if (change.kind === "copy") return secret !== undefined && otherParts(change.parts, secret).length === 0;
  return secret?.value.normalised().equals(change.value) === true;
}

function remembered(change: Change, secret: ListedSecret, before: RememberedKey | undefined): RememberedKey {
  const destination = revisionOf(secret);
  switch (change.kind) {
    case "create":
      // A version above the first: somebody was faster, and the key is not the sync's creation.
      return { origin: secret.version === 1 ? "created" : "adopted", pushed: change.revision, destination };
    case "update":
    case "copy":
    case "mark":
      return { origin: originOf(before, change.destination), pushed: change.revision, destination };
    case "import":
    case "delete":
      return { origin: "adopted", pushed: change.destination, destination };
    default:
      return change satisfies never;
  }
}
