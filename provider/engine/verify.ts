import { BridgeError } from "../errors.ts";
import type { Applied } from "./apply.ts";
import { confirm } from "./confirm.ts";
import { identify } from "./identify.ts";
import { fromLabel, toLabel } from "./label.ts";
import { carriesMark, type Ownership, otherOwner } from "./ownership/ownership.ts";
import { otherParts, partsText } from "./parts.ts";
import type { Change, Plan } from "./plan.ts";
import type { Memory } from "./record/memory.ts";
import { revisionOf } from "./revision.ts";
import { firstLines } from "./shortened.ts";
import type { ListedSecret, SecretStore } from "./store.ts";

/**
 * Reads the destination after a run and compares it with the plan: a server may have ignored a write, and
 * another hand may have been at work, also on keys that needed no write. What is remembered is what is there.
 */
export async function verify(
  applied: Applied,
  plan: Plan,
  before: Memory,
  { destination, ownership }: { destination: SecretStore; ownership: Ownership },
): Promise<Applied> {
  if (applied.failure) return identify(applied, destination);
  if (plan.changes.length === 0) return applied;
  try {
    const { secrets } = await destination.list({ values: true, expand: false, imports: false });
    const { memory, done } = confirm(plan, before, secrets, applied.memory);
    const there = new Map(secrets.map((secret) => [secret.key, secret]));
    const open = plan.changes.flatMap((change): string[] => {
      const secret = there.get(change.key);
      const isWritten = done.has(change.label) || change.kind === "copy";
      if (!secret || !isWritten) return done.has(change.label) ? [] : [`${change.label}: ${found(secret)}`];
      const problem = wrongMark(change, secret, ownership) ?? wrongParts(change, secret);
      return problem === undefined ? [] : [`${change.label}: ${problem}`];
    });
    for (const { label, destination: then } of plan.unchanged) {
      const secret = there.get(fromLabel(label));
      if (!secret || revisionOf(secret) !== then) open.push(`${label}: ${found(secret)}`);
    }
    return {
      ...applied,
      memory,
      done,
      failure: open.length > 0 ? { error: unlike(open) } : undefined,
    };
  } catch (error) {
    return identify({ ...applied, failure: { error } }, destination);
  }
}

function unlike(open: readonly string[]): BridgeError {
  const lines = firstLines(open);
  return new BridgeError(
    "not-as-planned",
    ["All writes were accepted, but the destination is not as planned:", ...lines.map((line) => `  ${line}`)],
    { hint: "Somebody else writes there, or the instance ignores writes to these keys. Preview again." },
  );
}

/** What is wrong with the mark of a key that has been written. */
function wrongMark(change: Change, secret: ListedSecret, ownership: Ownership): string | undefined {
  if (change.kind === "delete") return undefined;
  const owner = otherOwner(secret, ownership);
  if (owner !== undefined) return `it is marked as another sync's (${owner})`;
  const written = change.kind === "import" ? change.mark : change.parts;
  return carriesMark(secret, written?.metadata) ? undefined : "the instance has not kept its mark";
}

/** The same of what was set beside its value there. */
function wrongParts(change: Change, secret: ListedSecret): string | undefined {
  const other = change.kind === "delete" || change.kind === "import" ? [] : otherParts(change.parts, secret);
  return other.length > 0 ? `the instance has not kept its ${partsText(other)}` : undefined;
}

function found(secret: ListedSecret | undefined): string {
  if (!secret) return "it is missing";
  const by = secret.writtenBy === undefined ? "" : `, last written by ${toLabel(secret.writtenBy)}`;
  return `it has ${revisionOf(secret)}${by}`;
}
