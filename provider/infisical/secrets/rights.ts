/** Whether an identity may write in a folder, found out without writing. */
import { BridgeError } from "../../errors.ts";
import type { Answer } from "../http/exchange.ts";
import { forbidden } from "./diagnose.ts";
import { type BatchWrite, batch, type Generation, tryDeletion } from "./endpoints.ts";
import { generationOf, type Target } from "./target.ts";
import { probeName } from "./without-effect.ts";
import { callBatch } from "./write.ts";

/**
 * What a probe came to. The error of a missing right names it and what to do. That a probe was not refused is a good
 * sign and no proof: an instance may look for the key before it looks for the right.
 */
export type Right = { kind: "not-refused" } | { kind: "missing"; error: BridgeError } | { kind: "unknown" };

/**
 * Asks for an update of a key that is not there, with mode `ignore`, and for its deletion (data-plane §10.3). No version
 * does anything about either: one that knows no mode answers the update, like the deletion, with 404 (§20). Whether
 * creating is allowed cannot be found out in such a way.
 */
export async function probeWrites(target: Target): Promise<{ edit: Right; delete: Right }> {
  return {
    edit: await probe(target, "an update", { method: "PATCH", mode: "ignore" }, { secretValue: "" }),
    delete: await probe(target, "a deletion", { method: "DELETE" }, { type: "shared" }),
  };
}

/**
 * The refusal of a deletion without effect, by one request for each environment: a right may be of one alone. Some instances
 * look at rights before they look for the key (data-plane §20). Whoever asks can do without: an instance that fails at it
 * has not refused.
 */
export async function refusedDeletion(target: Target): Promise<BridgeError | undefined> {
  const { client, place } = target;
  const known = JSON.stringify([place.projectId, place.environment]);
  // What was refused elsewhere may be allowed here.
  const earlier = client.mayWrite.get(known);
  if (earlier && (await earlier)) return undefined;
  const right = probeOneDeletion(target).catch((error: unknown): Right => {
    if (error instanceof BridgeError && error.code !== "cancelled") return { kind: "unknown" };
    throw error;
  });
  client.mayWrite.set(
    known,
    right.then(
      ({ kind }) => kind !== "missing",
      () => false,
    ),
  );
  const found = await right;
  return found.kind === "missing" ? found.error : undefined;
}

async function probeOneDeletion(target: Target): Promise<Right> {
  const call = tryDeletion(generationOf(target, "secrets-v4"), target.place, probeName());
  return rightOf(target, await target.client.call(call));
}

async function probe(
  target: Target,
  what: string,
  request: Pick<BatchWrite, "method" | "mode">,
  item: Record<string, string>,
): Promise<Right> {
  const items = [JSON.stringify({ secretKey: probeName(), ...item })];
  const call = (api: Generation) =>
    batch(api, target.place, { ...request, items, what: `try ${what} without effect in` });
  return rightOf(target, await callBatch(target, call));
}

function rightOf(target: Target, answer: Answer<unknown>): Right {
  if (answer.kind === "ok") return { kind: "not-refused" };
  if (answer.kind !== "refused" || answer.refusal.isRouteMissing) return { kind: "unknown" };
  if (answer.refusal.status === 403)
    return { kind: "missing", error: forbidden(target, answer.refusal, "write") };
  return answer.refusal.status === 404 ? { kind: "not-refused" } : { kind: "unknown" };
}
