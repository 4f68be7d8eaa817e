import type { JobRecord, SecretSync } from "../control-plane/model.ts";
import type { World } from "../model.ts";
import { timestamp } from "../world.ts";
import type { JobTask } from "./job.ts";

/** Every write of a status moves `updatedAt` (control-plane §3.2). */
export function setRecord(
  world: World,
  sync: SecretSync,
  kind: JobTask["kind"],
  change: Partial<JobRecord>,
): void {
  Object.assign(sync[kind], change);
  sync.updatedAt = timestamp(world);
}
