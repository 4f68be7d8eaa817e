import { randomBytes, randomUUID } from "node:crypto";
import type { Actor } from "../http/request-state.ts";
import type { Folder, World } from "../model.ts";
import { timestamp } from "../world.ts";

/** The answer of contract §13: pending, nothing changed. */
export function approvalAnswer(world: World, { identity }: Actor, folder: Folder) {
  const at = timestamp(world);
  return {
    approval: {
      id: randomUUID(),
      slug: randomBytes(5).toString("hex"),
      policyId: randomUUID(),
      folderId: folder.id,
      status: "open",
      hasMerged: false,
      committerUserId: identity.id,
      statusChangedByUserId: null,
      bypassReason: null,
      conflicts: null,
      isReplicated: null,
      createdAt: at,
      updatedAt: at,
    },
  };
}
