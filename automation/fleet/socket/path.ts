/** Where the process listens that has an embedded database: acts of other processes go there. */
import { createHash } from "node:crypto";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";

/** The shortest that any system allows is 104 bytes. */
const MOST_BYTES = 100;

export function socketOf(dataDir: string): string {
  const folder = resolve(dataDir);
  const hash = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  if (process.platform === "win32") return `\\\\.\\pipe\\external-infisical-fleet-${hash}`;
  const beside = join(folder, "fleet.sock");
  if (Buffer.byteLength(beside) <= MOST_BYTES) return beside;
  return join(tmpdir(), `external-infisical-${userInfo().uid}`, `${hash}.sock`);
}
