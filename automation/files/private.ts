/** States, settings, plan files and reports are for their owner: nobody else on the machine may read them. */
import { mkdir, writeFile } from "node:fs/promises";

/** The mode of a file that is made; one that is there keeps its own. */
export const PRIVATE_FILE = 0o600;

export const writePrivate = (path: string, text: string, flag: "w" | "wx" = "w"): Promise<void> =>
  writeFile(path, text, { mode: PRIVATE_FILE, flag });

/** Makes a folder and those above it. @returns the first of them that was not there */
export const makePrivateFolder = (path: string): Promise<string | undefined> =>
  mkdir(path, { recursive: true, mode: 0o700 });
