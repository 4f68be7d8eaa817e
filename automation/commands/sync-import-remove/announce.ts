/** What is about to be done to each sync. For a removal the keys that would go; nothing is changed here. */
import { type EffectForm, formatEffect, parseEffect } from "../../../provider/engine/record/effects.ts";
import type { RememberedKey } from "../../../provider/engine/record/memory.ts";
import { some } from "../../../provider/engine/shortened.ts";
import { BridgeError, describeError } from "../../../provider/errors.ts";
import { omit } from "../../../provider/resources/properties.ts";
import type { Context } from "../../../provider/resources/resource.ts";
import { isSamePair, waitsForTriggers } from "../../../provider/resources/sync/inputs.ts";
import { type AtInstance, syncAtInstance } from "../../../provider/resources/sync/native/at-instance.ts";
import { type Removal, removalOf } from "../../../provider/resources/sync/native/removal.ts";
import { differenceText } from "../../../provider/resources/sync/native/repairs.ts";
import { refuseImport } from "../../../provider/resources/sync/native/subfolders.ts";
import { named } from "../../review/named-projects.ts";
import {
  type KeyChange,
  type KeyEffect,
  readFrom,
  reviewSync,
  type SyncReview,
} from "../../review/sync-review.ts";
import { projectNamesOf } from "../../stack/project-names.ts";
import type { RecordedSync } from "../../stack/recorded-syncs.ts";
import type { JobRequest } from "./request.ts";

export interface Announcement {
  sync: RecordedSync;
  review: SyncReview;
  /** What else the reader should know before agreeing. */
  warnings: string[];
  /** The sync as its instance has it, which is what the instance acts on; absent for what the engine does by itself. */
  at?: AtInstance;
  /** Why that could not be looked at: nothing is asked of the instance then. */
  error?: BridgeError;
}

export async function announce(
  request: JobRequest,
  syncs: readonly RecordedSync[],
  context: Context,
): Promise<Announcement[]> {
  const projects = await projectNamesOf(syncs, context);
  const announcements: Announcement[] = [];
  for (const sync of syncs) {
    const { review, ...announcement } = await announcementOf(request, sync, context);
    announcements.push({ ...announcement, review: readFrom(context.config.host, named(review, projects)) });
  }
  return announcements;
}

async function announcementOf(
  request: JobRequest,
  sync: RecordedSync,
  context: Context,
): Promise<Announcement> {
  if (request.execution === "engine") return byEngine(sync);
  const isRemoval = request.job.kind === "remove";
  try {
    if (isRemoval) return byInstance(sync, await removalOf(sync.id, sync.outputs, context));
    const at = await syncAtInstance(sync.id, sync.outputs, context);
    if (request.job.kind === "import") refuseImport(at.row);
    return { sync, at, review: placesOnly(atInstance(sync, at)), warnings: changedTexts(at) };
  } catch (error) {
    // The state still tells something.
    if (!(error instanceof BridgeError)) throw error;
    const review = isRemoval ? deletion(sync, "native") : placesOnly(sync);
    const what = isRemoval ? "the keys of the source cannot be listed" : "it cannot be looked at";
    return { sync, review, warnings: [`${what}: ${describeError(error)}`], error };
  }
}

/** Without a change to tell. */
function placesOnly(sync: RecordedSync): SyncReview {
  const state = statesOf(sync);
  return reviewSync({ before: state, after: state });
}

/** The sync with the places and options that its instance has. What was left elsewhere says nothing of these places. */
export function atInstance(sync: RecordedSync, { inputs }: AtInstance): RecordedSync {
  const { outputs } = sync;
  const kept = isSamePair(outputs, inputs) ? outputs : omit(outputs, ["keys", "memory"]);
  return { ...sync, outputs: { ...kept, ...inputs } };
}

const changedTexts = ({ differences }: AtInstance): string[] =>
  differences.map(
    (one) => `changed at the instance since the last deployment: ${one.argument}: ${differenceText(one)}`,
  );

function byEngine(sync: RecordedSync): Announcement {
  const isWipedLater = sync.execution === "native" && sync.outputs["removeSecretsOnDelete"] === true;
  return {
    sync,
    review: deletion(sync, "engine"),
    warnings: [
      ...returning(sync),
      ...(isWipedLater
        ? [
            "set removeSecretsOnDelete to false before the sync is deleted: the instance would miss these keys then, and fail",
          ]
        : []),
    ],
  };
}

function byInstance(sync: RecordedSync, { at, keys, missing = [], memory }: Removal) {
  // These keys are seen, not on record.
  const { isBlind: _recorded, ...review } = deletion({ ...sync, outputs: { ...at.inputs } }, "native");
  const there = keys.filter((key) => !missing.includes(key));
  const changes = there.map((key): KeyChange => {
    const before = memory?.get(key)?.destination;
    return { key, action: "delete", ...(before !== undefined && { before }) };
  });
  const effects = memory
    ? there.flatMap((key): KeyEffect[] => {
        const form = foreign(memory.get(key));
        return form === undefined ? [] : [{ key, ...parseEffect(formatEffect(form)) }];
      })
    : [];
  const warnings = [
    ...changedTexts(at),
    ...(missing.length > 0
      ? [
          `missing at the destination: ${some(missing)}. The instance removes all keys or none, so this will fail; --execution engine removes those that the sync created`,
        ]
      : []),
    ...returning(sync),
  ];
  return { sync, at, review: { ...review, changes, effects }, warnings };
}

/** Why the reader may not expect a key to go; undefined for one that the sync created. */
function foreign(remembered: RememberedKey | undefined): EffectForm | undefined {
  if (remembered?.origin === "created") return undefined;
  return remembered ? "removeAdopted" : "removeForeign";
}

/** The sync as a deletion with removal would show it, from the state alone. */
function deletion(sync: RecordedSync, execution: "native" | "engine"): SyncReview {
  const { inputs, outputs } = statesOf(sync);
  const before = { inputs: { ...inputs, execution, removeSecretsOnDelete: true }, outputs };
  return reviewSync({ before, after: undefined });
}

const statesOf = ({ outputs }: RecordedSync) => ({ inputs: outputs, outputs });

const returning = ({ execution, outputs }: RecordedSync) =>
  execution === "native" && !waitsForTriggers(outputs)
    ? ["auto-sync is on: the next change at the source brings its keys back"]
    : [];
