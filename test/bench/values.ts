/** Secrets made up from a seed: every run, and both processes of one, have the same. */

import type { Size } from "./cases.ts";

/** Values by key name; by folder and name where there are folders. */
export type Values = Record<string, string>;

const SMALLEST_BYTES = 20;
const LARGEST_BYTES = 4000;
/** One value in so many is text outside ASCII, which servers and clients encode and decode at another speed. */
const UNICODE_EVERY = 10;
const UNICODE = "zażółć gęślą jaźń – ключ 鍵 🔑 ";

/**
 * `count` secrets, their sizes spread evenly over the orders of magnitude between 20 B and 4 kB.
 *
 * @param changed so many of them, spread over the list, have another value than without it
 */
export function makeValues({ keys: count, folders }: Size, changed = 0): Values {
  const random = randomNumbers(count);
  const text = base64Lines(random);
  const isChanged = evenly(count, changed);
  const values: Values = {};
  for (let index = 0; index < count; index++) {
    const bytes = Math.round(SMALLEST_BYTES * (LARGEST_BYTES / SMALLEST_BYTES) ** random());
    const at = Math.floor(random() * (text.length - LARGEST_BYTES));
    const start = `${isChanged(index) ? "new" : "old"}-${index.toString(36)}-`;
    const room = bytes - start.length - 1;
    const body = index % UNICODE_EVERY === 0 ? unicodeOf(room) : text.slice(at, at + room);
    // The last character is no white space: servers would trim it.
    values[keyOf(index, folders)] = `${start}${body}=`;
  }
  return values;
}

function keyOf(index: number, folders: number | undefined): string {
  const name = (number: number) => `SERVICE_${String(number).padStart(6, "0")}_SECRET`;
  if (folders === undefined) return name(index);
  return `part-${String(index % folders).padStart(6, "0")}/${name(Math.floor(index / folders))}`;
}

/** Where a key is, and what it is called there. */
export function splitKey(key: string): { folder: string; name: string } {
  const end = key.lastIndexOf("/");
  return { folder: key.slice(0, Math.max(0, end)), name: key.slice(end + 1) };
}

/** The path of a folder beneath another. */
export const pathOf = (root: string, folder: string): string => (folder === "" ? root : `${root}/${folder}`);

/** How many keys "1 % change" changes. */
export const changedOf = (count: number) => Math.max(1, Math.round(count / 100));

function evenly(count: number, chosen: number): (index: number) => boolean {
  const share = (index: number) => Math.floor((index * chosen) / count);
  return (index) => share(index) !== share(index + 1);
}

function unicodeOf(bytes: number): string {
  return UNICODE.repeat(Math.round(bytes / Buffer.byteLength(UNICODE)));
}

/** Like keys and certificates: long lines, so that JSON has something to escape. */
function base64Lines(random: () => number): string {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let text = "";
  for (let index = 0; index < 4 * LARGEST_BYTES; index++)
    text += index % 65 === 64 ? "\n" : digits[Math.floor(random() * 64)];
  return text;
}

/** Mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
