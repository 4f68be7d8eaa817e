/** Where the process listens that has an embedded database: acts of other processes go there. */
import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { EngineError } from "../../engines/engine.ts";

/** The shortest that any system allows is 104 bytes. */
const MOST_BYTES = 100;

export function socketOf(dataDir: string): string {
  const folder = resolve(dataDir);
  const hash = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  if (process.platform === "win32") return `\\\\.\\pipe\\external-infisical-fleet-${hash}`;
  const beside = join(folder, "fleet.sock");
  if (Buffer.byteLength(beside) <= MOST_BYTES) return beside;
  return join(folderForAll(), `${hash}.sock`);
}

const folderForAll = () => join(tmpdir(), `external-infisical-${userInfo().uid}`);

/**
 * Where everybody may make folders, somebody else may have made this one: who has it, is asked instead of the fleet.
 *
 * @throws EngineError where it is not this user's alone
 */
export async function requireOwnFolder(socket: string): Promise<void> {
  const folder = dirname(socket);
  if (process.platform === "win32" || folder !== folderForAll()) return;
  const found = await lstat(folder).catch(() => undefined);
  if (!found || (found.isDirectory() && found.uid === userInfo().uid && (found.mode & 0o077) === 0)) return;
  throw new EngineError("engine-failed", `Others have access to ${folder}, where the fleet would be asked.`, {
    hint: "Remove it, or give --data-dir a path of less than 90 characters: the fleet is asked there then.",
  });
}
