// What stands in a data file: one line of text that tells the format, then the world as v8 writes it. v8 keeps Maps,
// Buffers, cycles and identity, as long as everything is one value.
import { deserialize, serialize } from "node:v8";
import type { IdentityCredentials } from "../auth/identity-input.ts";
import type { World } from "../model.ts";
import type { SeedResult } from "../seed/seed.ts";

/** What a server needs to go on where it stopped. */
export interface Kept {
  /** Fields that a later version adds are missing here: put it over an empty world. */
  world: Omit<World, "now" | "watchers" | "showsAutoCapitalization">;
  admin: IdentityCredentials;
  seeded: SeedResult;
}

const NAME = "external-infisical test server";
const VERSION = 1;

export function encode({ world, admin, seeded }: Kept): Buffer {
  const { now: _now, watchers: _watchers, showsAutoCapitalization: _shows, ...data } = world as World;
  return Buffer.concat([
    Buffer.from(`${NAME} ${VERSION}\n`),
    serialize({ world: data, admin, seeded } satisfies Kept),
  ]);
}

/** @param path of the file, for messages */
export function decode(bytes: Buffer, path: string): Kept {
  const end = bytes.indexOf("\n");
  const [, version] = /^external-infisical test server (\d+)$/.exec(bytes.toString("latin1", 0, end)) ?? [];
  if (Number(version) > VERSION) {
    throw new Error(
      `${path} was written by a newer version (format ${version}; this one reads ${VERSION}): use that version, or another directory`,
    );
  }
  try {
    if (Number(version) !== VERSION) throw new Error("There is no heading");
    // Only encode() writes such a file, and nobody else may write into the directory.
    return deserialize(bytes.subarray(end + 1)) as Kept;
  } catch (cause) {
    throw new Error(`Cannot read ${path}: it is damaged. Move it away to start anew`, { cause });
  }
}
