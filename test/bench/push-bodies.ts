import type { Side } from "./cases.ts";
import type { Values } from "./values.ts";

/** What one request may hold by the contract's advice (data-plane §18): the same that our client keeps to. */
const MOST_BYTES = 900_000;
const MOST_ITEMS = 500;

/** Upserts of all values, in as few requests as may be; a line each. */
export function pushBodies({ projectId, environment, secretPath }: Side, values: Values): string[] {
  const bodies: string[] = [];
  let items: string[] = [];
  let bytes = 0;
  const finish = () => {
    if (items.length === 0) return;
    const envelope = JSON.stringify({ projectId, environment, secretPath, mode: "upsert" });
    bodies.push(`${envelope.slice(0, -1)},"secrets":[${items.join(",")}]}\n`);
    items = [];
    bytes = 0;
  };
  for (const [secretKey, secretValue] of Object.entries(values)) {
    const item = JSON.stringify({ secretKey, secretValue });
    const size = Buffer.byteLength(item) + 1;
    if (items.length >= MOST_ITEMS || bytes + size > MOST_BYTES) finish();
    items.push(item);
    bytes += size;
  }
  finish();
  return bodies;
}
