import { createWriteStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

/** One time for all, so that equal files make an equal zip. */
const TIME = new Date("2000-01-01T00:00:00Z");

/** Zips the files of a folder with their mode bits: Terraform unpacks a program that can be run. */
export async function writeZip(folder: string, file: string): Promise<void> {
  const zip = new ZipFile();
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    zip.addFile(path, name, { mode: (await stat(path)).mode, mtime: TIME });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}
