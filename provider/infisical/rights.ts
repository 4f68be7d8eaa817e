/** Whether an identity may write in a folder, found out without writing. */
import { randomUUID } from "node:crypto";
import type { BridgeError } from "../errors.ts";
import { forbidden } from "./diagnose.ts";
import { BATCH, batch } from "./endpoints.ts";
import type { Answer } from "./exchange.ts";
import type { Target } from "./target.ts";

/**
 * What a probe came to. The error of a missing right names it and what to do. That a probe was not refused is a good
 * sign and no proof: an instance may look for the key before it looks for the right.
 */
export type Right = { kind: "not-refused" } | { kind: "missing"; error: BridgeError } | { kind: "unknown" };

/**
 * Asks for an update of a key that is not there, with mode `ignore`, and for its deletion (data-plane §10.3): the
 * first skips it, the second deletes nothing. Whether creating is allowed cannot be found out in such a way.
 * Instances without the v4 batch routes are not asked: they might not know the mode.
 */
export async function probeWrites(target: Target): Promise<{ edit: Right; delete: Right }> {
  const secretKey = `EXTERNAL_INFISICAL_PROBE_${randomUUID().replaceAll("-", "").toUpperCase()}`;
  const update = batch(BATCH, target.place, {
    method: "PATCH",
    mode: "ignore",
    items: [JSON.stringify({ secretKey, secretValue: "" })],
    what: "try an update without effect in",
  });
  const removal = batch(BATCH, target.place, {
    method: "DELETE",
    items: [JSON.stringify({ secretKey, type: "shared" })],
    what: "try a deletion without effect in",
  });
  return {
    edit: rightOf(target, await target.client.call(update)),
    delete: rightOf(target, await target.client.call(removal)),
  };
}

function rightOf(target: Target, answer: Answer<unknown>): Right {
  if (answer.kind === "ok") return { kind: "not-refused" };
  if (answer.kind !== "refused" || answer.refusal.isRouteMissing) return { kind: "unknown" };
  if (answer.refusal.status === 403)
    return { kind: "missing", error: forbidden(target, answer.refusal, "write") };
  return answer.refusal.status === 404 ? { kind: "not-refused" } : { kind: "unknown" };
}
