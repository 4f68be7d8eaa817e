// What a waiting job remembers (control-plane §3.11).
import { randomUUID } from "node:crypto";
import type { ImportBehavior } from "../control-plane/model.ts";
import type { JobActor } from "./jobs.ts";

export type JobTask =
  | { readonly kind: "sync" }
  | { readonly kind: "import"; readonly behavior: ImportBehavior }
  | { readonly kind: "remove"; readonly deletesSync: boolean };

export interface Job {
  readonly id: string;
  /** Not the row itself: it may be gone when the job's turn comes. */
  readonly syncId: string;
  readonly task: JobTask;
  readonly actor: JobActor;
  /** From 1. */
  readonly attempt: number;
  /** How often the lock or the slot was taken when it was this job's turn. */
  readonly busyCount: number;
}

export const newJob = (syncId: string, task: JobTask, actor: JobActor): Job => ({
  id: randomUUID(),
  syncId,
  task,
  actor,
  attempt: 1,
  busyCount: 0,
});

export const maxAttempts = ({ task }: Job) => (task.kind === "sync" ? 5 : 1);

/** The product doubles 3 s with every attempt. */
export const backoffMs = ({ attempt }: Job) => 3_000 * 2 ** (attempt - 1);
