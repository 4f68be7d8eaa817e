/** The hashes of Terraform's lock file, by the rules of Go's `dirhash`. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes);

/** `h1:` of a provider package: of its files by name and content, not of the zip around them. */
export async function packageHash(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort();
  const lines = await Promise.all(
    names.map(async (name) => `${sha256(await readFile(join(folder, name))).digest("hex")}  ${name}\n`),
  );
  return `h1:${sha256(lines.join("")).digest("base64")}`;
}

/** `zh:` of the zip as it is downloaded. */
export async function zipHash(file: string): Promise<string> {
  return `zh:${sha256(await readFile(file)).digest("hex")}`;
}
