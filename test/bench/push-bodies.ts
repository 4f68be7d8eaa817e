import type { Side } from "./cases.ts";
import { pathOf, splitKey, type Values } from "./values.ts";

/** What one request may hold by the contract's advice (data-plane §18): the same that our client keeps to. */
const MOST_BYTES = 900_000;
const MOST_ITEMS = 500;

/** The folders beneath that a push makes. */
export const pushFolders = (values: Values): string[] =>
  [...new Set(Object.keys(values).map((key) => splitKey(key).folder))].filter((folder) => folder !== "");

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
  for (const [key, secretValue] of Object.entries(values)) {
    const { folder, name: secretKey } = splitKey(key);
    const own = folder === "" ? {} : { secretPath: pathOf(secretPath, folder) };
    const item = JSON.stringify({ secretKey, secretValue, ...own });
    const size = Buffer.byteLength(item) + 1;
    if (items.length >= MOST_ITEMS || bytes + size > MOST_BYTES) finish();
    items.push(item);
    bytes += size;
  }
  finish();
  return bodies;
}
