import { z } from "zod";
import type { MadeFolders } from "../../engine/empty-folders.ts";
import type { Counts } from "../../engine/plan.ts";
import type { Memory } from "../../engine/record/memory.ts";
import { storeMemory } from "../../engine/record/memory.ts";
import type { RememberedRun } from "../../engine/record/runs.ts";
import { BridgeError } from "../../errors.ts";
import { pick } from "../properties.ts";
import type { Properties } from "../resource.ts";
import { INPUTS, type PlannedInputs, plannedInputs, type SyncProperties } from "./inputs.ts";

const rememberedRun = z.object({
  id: z.string(),
  at: z.string(),
  counts: z.partialRecord(z.enum(["create", "update", "delete", "import"]), z.number()),
  isPartial: z.literal(true).optional(),
  rollbackTo: z.string().optional(),
  changes: z.record(z.string(), z.string()).optional(),
});

/** What is recorded beside the inputs. Names are those of the product's sync object where it has one. */
const recorded = z.object({
  syncId: z.string(),
  createdAt: z.string(),
  /** When a run last succeeded for this pair of source and destination. */
  lastSyncedAt: z.string().optional(),
  keys: z.record(z.string(), z.string()).optional(),
  effects: z.record(z.string(), z.string()).optional(),
  memory: z.record(z.string(), z.string()).optional(),
  formerOwners: z.array(z.string()).optional(),
  /** Folders at the destination that this sync made, label → id; with `removeEmptyFolders`, where it made any. */
  madeFolders: z.record(z.string(), z.string()).optional(),
  /** After a run that failed half-way: the keys it was to leave, while `keys` tells what is there. */
  intendedKeys: z.record(z.string(), z.string()).optional(),
  /**
   * After an update that failed half-way: the planned inputs of before it. Pulumi keeps those, and the next check
   * plans from them; local engines of old kept the announced ones.
   */
  earlierPlan: plannedInputs.optional(),
  /** The last runs that changed something, newest first; states of older versions have none. */
  runs: z.array(rememberedRun).optional(),
});
/** What is recorded of a run that failed half-way, until a later one or a refresh. */
export const HALF_WAY = ["intendedKeys", "earlierPlan", "notDone"];
export type Recorded = z.output<typeof recorded>;

/** @throws BridgeError `unreadable-state` */
export function recordedIn(outputs: Properties): Recorded {
  const parsed = recorded.safeParse(outputs);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.map(String).join(".")).join(", ");
  throw new BridgeError("unreadable-state", `The state of this sync cannot be read: ${where}.`, {
    hint: "Use the version that wrote it.",
  });
}

/** The keys that the last deployment announced. */
export const announcedKeys = ({ intendedKeys, keys }: Recorded) => intendedKeys ?? keys;

/** Outputs of a sync that no run has been asked of. */
export function withoutRun(id: string, inputs: SyncProperties, createdAt: Date, now: Date): Properties {
  return {
    ...pick(inputs, INPUTS),
    ...identity(id, inputs),
    createdAt: createdAt.toISOString(),
    updatedAt: now.toISOString(),
  };
}

export interface RunRecord {
  jobId: string;
  keys: Readonly<Record<string, string>>;
  memory: Memory;
  madeFolders?: MadeFolders;
  counts: Counts;
  failure: string | undefined;
  /** After a failure, the keys of the changes that were not carried out: reports tell them from the others. */
  notDone?: readonly string[] | undefined;
  /** Undefined for a sync that is created. */
  earlierPlan: PlannedInputs | undefined;
  lastSyncedAt: string | undefined;
  /** The runs that are remembered, this one among them; absent in native execution. */
  runs?: readonly RememberedRun[];
}

/** Outputs of a sync after a run, whole or in part. */
export function afterRun(
  id: string,
  inputs: SyncProperties,
  run: RunRecord,
  createdAt: Date,
  now: Date,
): Properties {
  const isFailed = run.failure !== undefined;
  return {
    ...withoutRun(id, inputs, createdAt, now),
    keys: run.keys,
    ...(isFailed && { intendedKeys: inputs.keys }),
    ...(isFailed && run.notDone && { notDone: run.notDone }),
    ...(isFailed && run.earlierPlan && { earlierPlan: run.earlierPlan }),
    memory: storeMemory(run.memory),
    ...(Object.keys(run.madeFolders ?? {}).length > 0 && { madeFolders: run.madeFolders }),
    counts: run.counts,
    syncStatus: isFailed ? "failed" : "succeeded",
    lastSyncJobId: run.jobId,
    ...(run.runs && { runs: run.runs }),
    // The destination was read back after the run, and is as planned.
    ...(!isFailed && { verified: true }),
    ...(isFailed && { lastSyncMessage: run.failure }),
    ...(run.lastSyncedAt !== undefined && { lastSyncedAt: run.lastSyncedAt }),
  };
}

function identity(id: string, inputs: SyncProperties): Properties {
  return {
    syncId: id,
    version: 1,
    destination: "external-infisical",
    connection: { app: "external-infisical", name: inputs.connectionName, id: inputs.connectionId },
  };
}
