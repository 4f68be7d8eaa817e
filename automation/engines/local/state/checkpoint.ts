/** The file that holds a stack's state; what to do where it is damaged. */
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { describeError } from "../../../../provider/errors.ts";
import { EngineError } from "../../engine.ts";
import { type DeploymentV3, parseDeployment, saltOf } from "./deployment.ts";
import { listFolder, readIfPresent } from "./files.ts";

export interface StoredDeployment {
  deployment: DeploymentV3;
  /** Undefined if it has no secrets provider. */
  salt: string | undefined;
}

const checkpointSchema = z.object({
  version: z.number(),
  features: z.array(z.string()).nullish(),
  checkpoint: z.looseObject({ latest: z.unknown().optional() }),
});

/**
 * The latest deployment; undefined for a stack that has never been written.
 *
 * @param backups the folder of the states that earlier operations left
 * @throws EngineError `invalid-state` with the path, and with the earlier states that are whole
 */
export async function readCheckpoint(path: string, backups: string): Promise<StoredDeployment | undefined> {
  try {
    const text = await readIfPresent(path);
    return text === undefined ? undefined : parseCheckpoint(text);
  } catch (error) {
    if (error instanceof EngineError && error.code !== "invalid-state") throw error;
    const earlier = await earlierStates(path, backups);
    throw new EngineError("invalid-state", `The state in ${path} cannot be read: ${describeError(error)}`, {
      hint: earlier.length > 0 ? restoreHint(earlier) : LOST,
      cause: error,
    });
  }
}

function parseCheckpoint(text: string): StoredDeployment | undefined {
  const parsed = checkpointSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new EngineError("invalid-state", "It is no checkpoint of a stack.");
  const { version, features, checkpoint } = parsed.data;
  if (checkpoint.latest === undefined || checkpoint.latest === null) return undefined;
  const deployment = parseDeployment(version, checkpoint.latest, features ?? []);
  return { deployment, salt: saltOf(deployment) };
}

function parseJson(text: string): unknown {
  if (text === "") throw new EngineError("invalid-state", "It is empty.");
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says has a piece of the text in it.
    throw new EngineError("invalid-state", "It is not JSON; its end may be missing.");
  }
}

interface EarlierState {
  path: string;
  at: Date;
}

/** Before its first writing an operation keeps what it found, and at its end what it leaves; the newest first. */
async function earlierStates(path: string, backups: string): Promise<EarlierState[]> {
  const stack = basename(path, ".json");
  const names = (await listFolder(backups)).filter(
    (name) => name.startsWith(`${stack}.`) && name.endsWith(".json"),
  );
  const found: EarlierState[] = [];
  const kept = await wholeState(`${path}.bak`);
  if (kept) found.push(kept);
  for (const name of names.sort().reverse().slice(0, MOST_LOOKED_AT)) {
    const state = await wholeState(join(backups, name));
    if (!state) continue;
    found.push(state);
    break;
  }
  return found.sort((a, b) => b.at.getTime() - a.at.getTime());
}

/** What cut off the state may have cut off the newest backup too, but not many. */
const MOST_LOOKED_AT = 5;

async function wholeState(path: string): Promise<EarlierState | undefined> {
  try {
    const isWhole = parseCheckpoint(await readFile(path, "utf8")) !== undefined;
    return isWhole ? { path, at: (await stat(path)).mtime } : undefined;
  } catch {
    return undefined; // missing or damaged too: nothing to offer
  }
}

const restoreHint = (states: readonly EarlierState[]): string =>
  `Whole states of earlier moments: ${states.map(({ path, at }) => `${path} (${at.toISOString()})`).join(", ")}. ` +
  "Copy one over the damaged file, then refresh: what was done since is not in it.";

const LOST =
  "There is no earlier state beside it that is whole. Restore the file from a backup, or move it away and start anew: " +
  "keys that are at the destinations already are then adopted.";
