import { BridgeError } from "../errors.ts";
import type { Applied } from "./apply.ts";
import { firstLines } from "./first-lines.ts";
import { toLabel } from "./label.ts";
import type { Memory } from "./memory.ts";
import type { Change, Plan } from "./plan.ts";
import { revisionOf } from "./revision.ts";
import type { ListedSecret, SecretStore } from "./store.ts";
import { witness } from "./witness.ts";

/**
 * Reads the destination after a run and compares it with the plan: a server may have ignored a write, and
 * another hand may have been at work. What is remembered is what is there.
 */
export async function verify(
  applied: Applied,
  plan: Plan,
  before: Memory,
  destination: SecretStore,
): Promise<Applied> {
  if (applied.failure || plan.changes.length === 0) return applied;
  try {
    const { secrets } = await destination.list({ values: true, expand: false, imports: false });
    const { memory, done } = witness(plan, before, secrets);
    const open = plan.changes.filter((change) => !done.has(change.label));
    return {
      ...applied,
      memory,
      done,
      failure: open.length > 0 ? { error: unlike(open, secrets) } : undefined,
    };
  } catch (error) {
    return { ...applied, failure: { error } };
  }
}

function unlike(open: readonly Change[], secrets: readonly ListedSecret[]): BridgeError {
  const there = new Map(secrets.map((secret) => [secret.key, secret]));
  const lines = firstLines(open.map((change) => `${change.label}: ${found(there.get(change.key))}`));
  return new BridgeError(
    "not-as-planned",
    `All writes were accepted, but the destination is not as planned:\n${lines.map((line) => `  ${line}`).join("\n")}`,
    { hint: "Somebody else writes there, or the instance ignores writes to these keys. Preview again." },
  );
}

function found(secret: ListedSecret | undefined): string {
  if (!secret) return "it is missing";
  const by = secret.writtenBy === undefined ? "" : `, last written by ${toLabel(secret.writtenBy)}`;
  return `it has ${revisionOf(secret)}${by}`;
}
