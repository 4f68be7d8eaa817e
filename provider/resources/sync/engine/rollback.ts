/** Puts a destination back to what an earlier run had left, and pauses the sync, so that no deployment undoes it. */
import { randomUUID } from "node:crypto";
import { apply } from "../../../engine/apply.ts";
import { leftOutByName } from "../../../engine/filter.ts";
import { guardAgreed } from "../../../engine/guard/guard.ts";
import { rotatedIn } from "../../../engine/guard/instance.ts";
import { guardMissing } from "../../../engine/guard/partial-read.ts";
import { guardReadable } from "../../../engine/guard/readable.ts";
import { fromLabel } from "../../../engine/label.ts";
import type { Change } from "../../../engine/plan.ts";
import { mapPool } from "../../../engine/pool.ts";
import { loadMemory, type Memory, pushedKeys } from "../../../engine/record/memory.ts";
import { addRun, canGoBackTo, changesOf, type EarlierKey, keysAfter } from "../../../engine/record/runs.ts";
import { neededVersions, planRollback, type Rollback, type Versions } from "../../../engine/rollback.ts";
import type { ListedSecret, SecretStore } from "../../../engine/store.ts";
import { verify } from "../../../engine/verify.ts";
import { BridgeError, describeError } from "../../../errors.ts";
import { omit, pick } from "../../properties.ts";
import type { Context, Properties } from "../../resource.ts";
import { INPUTS, type Paused, placesOf, secretSyncInputs } from "../inputs.ts";
import { afterRun, HALF_WAY, recordedIn } from "../outputs.ts";
import { formerOwners } from "../ownership.ts";
import { openWorld } from "../world.ts";
import { foldersOf } from "./made-folders.ts";
import { doneCounts } from "./reconcile.ts";

/** Earlier versions are asked for one by one: a few at a time. */
const WIDTH = 5;

/** A rollback that was looked at and not begun. */
export interface PreparedRollback extends Rollback {
  /** The run whose state it goes back to. */
  to: string;
  earlier: ReadonlyMap<string, EarlierKey>;
  versions: Versions;
  /** Name of the destination's project, where it could be had. The source is not asked for anything. */
  destinationName: string | undefined;
}

/**
 * Looks at the destination and plans the way back. Writes nothing.
 *
 * @param outputs of the sync, as its state has them
 * @throws BridgeError `plan-changed` where the run is not remembered so that it could be gone back to
 */
export async function prepareRollback(
  outputs: Properties,
  to: string,
  context: Context,
): Promise<PreparedRollback> {
  const { runs = [], memory } = recordedIn(outputs);
  if (!canGoBackTo(runs, to))
    throw new BridgeError("plan-changed", `What was done after run ${to} is not remembered whole.`, {
      hint: "`external-infisical rollback` without --to lists the runs that can be gone back to.",
    });
  const inputs = secretSyncInputs.parse(outputs);
  const { destination, ownership } = openWorld(inputs, context, formerOwners(outputs, outputs));
  const isLeftOut = leftOutByName(inputs.syncOptions);
  const earlier = new Map([...keysAfter(runs, to)].filter(([label]) => !isLeftOut(fromLabel(label))));
  const input = {
    earlier,
    memory: loadMemory(memory),
    destination: await listAll(destination, earlier),
    ownership,
  };
  const versions = new Map<string, ListedSecret | "not-told">();
  await mapPool(neededVersions(input), WIDTH, async ({ label, key, version }) => {
    const found = await destination.readVersion(key, version);
    if (found) versions.set(label, found);
  });
  const rollback = planRollback(input, versions);
  guardAgreed({
    plan: rollback.plan,
    options: inputs.syncOptions,
    rotated: { destination: rotatedIn(input.destination) },
  });
  return { ...rollback, to, earlier, versions, destinationName: await destination.projectName() };
}

/** @param earlier what is gone back to: whether a key of it is missing matters */
async function listAll(
  destination: SecretStore,
  earlier: ReadonlyMap<string, EarlierKey>,
): Promise<readonly ListedSecret[]> {
  const { secrets } = await destination.list({ values: true, expand: false, imports: false });
  guardReadable([], secrets);
  await guardMissing(destination, "destination", secrets, [...earlier.keys()].map(fromLabel));
  return secrets;
}

/** The outputs of a sync that pushes nothing until it is resumed. */
export const withPause = (outputs: Properties, paused: Paused): Properties => ({ ...outputs, paused });

/** The outputs of a sync that is pushed again by the next deployment. */
export const withoutPause = (outputs: Properties): Properties => omit(outputs, ["paused"]);

/**
 * Carries a rollback out. What was done before a failure is in the outputs, and in the remembered runs.
 *
 * @param outputs of the sync, paused
 * @throws BridgeError before the first write, `plan-changed` where the destination is not as it was looked at
 */
export async function rollBack(
  outputs: Properties,
  prepared: PreparedRollback,
  context: Context,
): Promise<{ outputs: Properties; failure: { error: unknown } | undefined }> {
  const inputs = secretSyncInputs.parse(outputs);
  const { source, destination: place } = placesOf(inputs, context.config);
  const { destination: store, ownership } = openWorld(inputs, context, formerOwners(outputs, outputs));
  const folders = foldersOf(inputs, store, context);
  const { destination } = folders;
  const {
    syncId,
    runs = [],
    lastSyncedAt,
    createdAt,
    memory: remembered,
    madeFolders = {},
  } = recordedIn(outputs);
  const before = loadMemory(remembered);
  context.shared.claims.claim(place, { name: inputs.name, source }, { stage: "run", resource: syncId });
  return context.shared.withDestination(place, async () => {
    const now = {
      earlier: prepared.earlier,
      memory: before,
      destination: await listAll(destination, prepared.earlier),
      ownership,
    };
    const { plan, remembered } = planRollback(now, prepared.versions);
    if (outline(plan.changes) !== outline(prepared.plan.changes))
      throw new BridgeError(
        "plan-changed",
        "The destination changed after the rollback was planned; nothing was written.",
        { hint: "Run it again to see what it would do now." },
      );
    // Nothing is imported, so nothing is written to the source.
    const applied = await apply({ plan, memory: before, source: destination, destination, ownership });
    const verified = await verify(applied, plan, before, { destination, ownership });
    const memory = settled(verified.memory, verified.done, remembered, plan.changes);
    const { failure } = verified;
    const id = randomUUID();
    const at = context.now();
    const isFailed = failure !== undefined;
    const did = {
      id,
      at: at.toISOString(),
      ...(isFailed && { isPartial: true as const }),
      rollbackTo: prepared.to,
      ...changesOf(plan, verified.done, before, verified.memory),
    };
    const keys = pushedKeys(memory);
    const record = {
      jobId: id,
      keys,
      memory,
      madeFolders: await folders.recorded(madeFolders),
      counts: isFailed ? doneCounts({ plan, done: verified.done }) : plan.counts,
      failure: failure && describeError(failure.error),
      earlierPlan: undefined,
      lastSyncedAt,
      runs: addRun(runs, did),
    };
    const recorded = afterRun(syncId, { ...pick(outputs, INPUTS), keys }, record, new Date(createdAt), at);
    // No later run is to finish what was not done.
    return { outputs: omit(recorded, HALF_WAY), failure };
  });
}

/** What a plan does, so that two can be compared; their values are versions, which do not change. */
const outline = (changes: readonly Change[]): string =>
  JSON.stringify(
    changes.map((change) => [
      change.kind,
      change.label,
      "destination" in change ? change.destination : undefined,
    ]),
  );

/** The memory as it was after the earlier run, under the revisions that the destination has now. */
function settled(
  memory: Memory,
  done: ReadonlySet<string>,
  remembered: Rollback["remembered"],
  changes: readonly Change[],
): Memory {
  const next = new Map(memory);
  const open = new Set(changes.map(({ label }) => label).filter((label) => !done.has(label)));
  const written = new Set(changes.map(({ label }) => label));
  for (const [label, recalled] of remembered) {
    if (open.has(label)) continue;
    if (recalled === null) next.delete(label);
    else {
      const destination = (written.has(label) && memory.get(label)?.destination) || recalled.destination;
      next.set(label, { ...recalled, destination });
    }
  }
  return next;
}
