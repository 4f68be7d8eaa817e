/**
 * The folders of all syncs of a deployment, as whoever knows them tells a provider before it reads the first one: in its own
 * process, or in a file that the environment names. They say what may be looked at together, and nothing else: what a sync
 * reads are the folders that it declares itself, whatever stands here.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";

const declaredFolders = z.array(
  z.object({
    /** Client id of the identity that reads it; absent where that is the source's. */
    clientId: z.string().optional(),
    /** Base URL of its instance. */
    origin: z.string(),
    projectId: z.string(),
    environment: z.string(),
    secretPath: z.string(),
  }),
);

/** A folder that a sync reads, without those beneath. */
export type DeclaredFolder = z.output<typeof declaredFolders>[number];

/** Environment variable with the path of a file that has them, as JSON. */
export const FOLDERS_FILE = "EXTERNAL_INFISICAL_FOLDERS_FILE";

/** None where there is no such file: each is then looked at by itself. */
export function declaredFoldersIn(
  environment: Readonly<Record<string, string | undefined>>,
): readonly DeclaredFolder[] {
  const path = environment[FOLDERS_FILE];
  if (!path) return [];
  try {
    return declaredFolders.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return [];
  }
}
