import { batch } from "./endpoints.ts";
import type { Target } from "./target.ts";
import { probeName } from "./without-effect.ts";
import { callBatch } from "./write.ts";

/**
 * Whether the instance's version has metadata of secrets: asks for an update of a key that is not there, with metadata of
 * a wrong form. A version that has it refuses the form; one that drops the field does not find the key (data-plane §20).
 * Versions with v4 of secrets have it.
 */
export async function takesMetadata(target: Target): Promise<boolean> {
  const { client, place } = target;
  if (!client.missing.has("secrets-v4") && !client.missing.has("batch-v4")) return true;
  if (client.missing.has("metadata")) return false;
  const answer = await callBatch(target, (api) =>
    batch(api, place, {
      method: "PATCH",
      items: [JSON.stringify({ secretKey: probeName(), secretValue: "", secretMetadata: "none" })],
      what: "ask for metadata of secrets in",
    }),
  );
  const isDropped = answer.kind === "refused" && answer.refusal.status === 404;
  if (isDropped) client.missing.add("metadata");
  return !isDropped;
}
