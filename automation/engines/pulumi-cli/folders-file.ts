/** Tells provider processes of a run which folders its syncs have; see provider/resources/declared-folders.ts. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DeclaredFolder, FOLDERS_FILE } from "../../../provider/resources/declared-folders.ts";
import { writePrivate } from "../../files/private.ts";

interface FoldersFile extends AsyncDisposable {
  /** What provider processes are to have in their environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Writes a file that is there as long as the run is: an environment has no room for the folders of a large fleet. */
export async function writeFoldersFile(folders: readonly DeclaredFolder[]): Promise<FoldersFile> {
  if (folders.length === 0) return { environment: {}, [Symbol.asyncDispose]: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "folders.json");
    await writePrivate(path, JSON.stringify(folders));
    return { environment: { [FOLDERS_FILE]: path }, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
