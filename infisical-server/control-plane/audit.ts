// The audit log (control-plane §5); every endpoint and job that the product audits writes here.
import type { Identity, World } from "../model.ts";
import { timestamp } from "../world.ts";
import type { AuditEvent } from "./model.ts";

export function audit(world: World, event: Omit<AuditEvent, "createdAt">): void {
  world.auditEvents.push({ ...event, createdAt: timestamp(world) });
}

export const actorOf = ({ id, name }: Identity): AuditEvent["actor"] => ({ type: "identity", id, name });
