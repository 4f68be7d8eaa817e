import type { Plan } from "../../../engine/plan.ts";
import { preview, type SyncInput } from "../../../engine/sync.ts";
import { BridgeError, describeError, hasCode } from "../../../errors.ts";
import type { SyncRow } from "../../../infisical/control-plane/index.ts";
import { secretSyncArgs } from "../../../schema.ts";
import { adopted, adopting, IN_THE_WAY, warnOfAdoption } from "../../adopts.ts";
import { unlessUnreachable } from "../../outage.ts";
import { describePlace } from "../../places.ts";
import { holdsUnknown, pick } from "../../properties.ts";
import type { Context, Properties, Resource } from "../../resource.ts";
import { createCheck, type Planner } from "../check.ts";
import {
  isSameDestination,
  isSamePair,
  placesOf,
  plannedIn,
  type SecretSyncInputs,
  type SyncProperties,
} from "../inputs.ts";
import { openWorld, type World } from "../world.ts";
import { changesOf } from "./declare.ts";
import { changedUnseen, syncDifferences } from "./differences.ts";
import { holdFound, refuseTaken, replaceFound, unlessReplaced } from "./holding.ts";
import { type NativeSyncInputs, nativeSyncInputs, withConnection } from "./inputs.ts";
import { planeOf } from "./plane.ts";
import { unplannedOptions } from "./planned-options.ts";
import { isSyncLike, recordedSync } from "./recorded.ts";
import { asDeclared, withRepairs } from "./repairs.ts";
import { refuseUnknownSubfolders } from "./subfolders.ts";

const WHAT = "Infisical Sync";

/** The check of a sync that the instance runs: the plan is what its next run will do. */
export const check: Resource["check"] = async (olds, news, context, unknown) => {
  const recorded = olds && once(() => recordedSync(olds, context));
  if (!olds) replaceFound(WHAT, news, context);
  const { name, projectId }: SyncProperties = news;
  const findNamed = () => planeOf(context).findSync(String(name), String(projectId));
  const findNew = once(async () => unlessReplaced(WHAT, await findNamed(), news, context));
  const checked = await createCheck(planner(recorded ?? findNew))(
    olds && asDeclared(olds),
    news,
    context,
    unknown,
  );
  if ("failures" in checked) return checked;
  const { inputs } = checked;
  try {
    if (!olds || !recorded)
      return { ...checked, inputs: { ...inputs, ...(await adoptedBy(inputs, findNew, context, unknown)) } };
    const row = await recorded();
    const { name: before }: SyncProperties = olds;
    if (name !== before && name !== unknown) refuseTaken(WHAT, row.id, await findNamed());
    // Another one that has got its name makes no room.
    if (isSyncLike(row, olds)) holdFound(WHAT, row.id, news, context);
    const changed = changedUnseen((declared) => syncDifferences(row, declared), olds, inputs, unknown);
    return { ...checked, inputs: { ...inputs, ...adopted(olds), ...withRepairs(olds, changed) } };
  } catch (error) {
    return { failures: [describeError(error)] };
  }
};

/** Asks when it is needed, and not again. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

const planner = (find: () => Promise<SyncRow | undefined>): Planner<NativeSyncInputs> => ({
  schema: nativeSyncInputs,
  // Missing ones it leaves as they stand; where it fails at one, nobody is told (control-plane §3.13, §3.15).
  unresolved:
    "the source could not resolve references in these: the instance pushes them as they are or, where it fails at them, leaves them out of its run without a word, so that they are deleted at the destination unless disableSecretDeletion is set",
  async plan(parsed, { olds, known }, context) {
    const plane = planeOf(context);
    const row = await find();
    if (!olds && row && !parsed.adopt) throw alreadyThere(row);
    await refuseUnknownSubfolders(plane, parsed, row);
    const inputs = await withConnection(parsed, plane);
    if (olds && !isSamePair(olds, parsed)) warnOfRepointing(olds, row, inputs, context);
    const world = plannable(inputs, row, context);
    if ("unforeseen" in world) return world;
    const planned = await unlessUnreachable(inputs, context, () =>
      preview({ ...nativeRun(world, inputs, row, known), acceptCached: true }),
    );
    if ("answer" in planned)
      return { plan: olds || !row ? planned.answer : takenOver(planned.answer), sides: world };
    return notReadable(planned.outage);
  },
});

/**
 * The sync that a new resource takes over, as an input; none where the arguments do not tell yet.
 *
 * @throws BridgeError `already-exists` where it may not
 */
async function adoptedBy(
  inputs: Properties,
  find: () => Promise<SyncRow | undefined>,
  context: Context,
  unknown: unknown,
): Promise<Properties> {
  const { connectionId, ...known } = inputs;
  const parsed = nativeSyncInputs.safeParse(inputs).data;
  const isOpen = holdsUnknown(pick(known, Object.keys(secretSyncArgs.shape)), unknown);
  // Beside a connection that is replaced this sync may be so too, which is not always known here.
  const isMovable = !parsed?.adopt && connectionId === unknown;
  if (!parsed || isOpen || isMovable) return {};
  const row = await find();
  if (!row) return {};
  // Where no run is asked for, nothing has been planned that would have met it.
  if (!parsed.adopt) throw alreadyThere(row);
  warnOfAdoption(row, "Sync", context);
  // A preview does not know the id of a connection that is taken over beside it.
  const isSame = connectionId === unknown && parsed.connectionName === row.connection.name;
  const changes = changesOf(row, isSame ? { ...parsed, connectionId: row.connectionId } : parsed);
  return adopting(
    row.id,
    Object.keys(changes).map((name) => (name === "connectionId" ? "connection" : name)),
  );
}

/** Nothing is new to a sync that ran before: what the destination lacks is missing there. */
export const takenOver = (plan: Plan): Plan => ({
  ...plan,
  changes: plan.changes.map((change) => (change.kind === "create" ? { ...change, isRestore: true } : change)),
});

export const alreadyThere = (row: SyncRow): BridgeError =>
  new BridgeError("already-exists", `The source project has an Infisical Sync "${row.name}" already.`, {
    path: "name",
    hint: IN_THE_WAY,
  });

export const notThere = (name: string): BridgeError =>
  new BridgeError("not-found", `The source instance has no Infisical Sync "${name}" any more.`, {
    hint: "Somebody has deleted it. Refresh, then deploy again: it is then created anew.",
  });

/** Both sides, or why what a run does cannot be told from here. */
type Opened = World | { unforeseen: string };

/** Both sides, if a plan can be made; why it cannot is told. */
export const openPlannable = (
  inputs: SecretSyncInputs,
  row: SyncRow | undefined,
  context: Context,
): World | undefined => openOrTell(plannable(inputs, row, context), inputs, context);

/** Both sides, if the destination can be looked at; why it cannot is told. */
export const openReadable = (inputs: SecretSyncInputs, context: Context): World | undefined =>
  openOrTell(readable(inputs, context), inputs, context);

function openOrTell(
  opened: Opened,
  { name }: Pick<SecretSyncInputs, "name">,
  context: Context,
): World | undefined {
  if (!("unforeseen" in opened)) return opened;
  context.log(`${name}: keys unknown, since ${opened.unforeseen}`);
  return undefined;
}

/** Somebody may have given the sync options that are not planned here. */
function plannable(inputs: SecretSyncInputs, row: SyncRow | undefined, context: Context): Opened {
  const unplanned = row ? unplannedOptions(row) : [];
  if (unplanned.length === 0) return readable(inputs, context);
  return { unforeseen: `the instance's sync has ${unplanned.join(", ")} on. Turn it off there.` };
}

/** A connection whose client secret is not known here can be used by the instance only. */
function readable(inputs: SecretSyncInputs, context: Context): Opened {
  try {
    return openWorld(inputs, context);
  } catch (error) {
    if (!hasCode(error, "missing-credentials") || error.path !== "machineIdentityClientSecret") throw error;
    return notReadable(error);
  }
}

const notReadable = (error: BridgeError) => ({
  unforeseen: `the destination is not readable: ${describeError(error)}`,
});

/** What the instance's next run starts from. It imports until a run has succeeded, whatever changed since. */
export const nativeRun = (
  world: World,
  inputs: SecretSyncInputs,
  row: SyncRow | undefined,
  known: ReadonlyMap<string, string> = new Map(),
): Omit<SyncInput, "acceptCached"> => ({
  ...world,
  options: inputs.syncOptions,
  known,
  isFirstRun: row?.lastSyncedAt === undefined,
});

function warnOfRepointing(
  olds: Properties,
  row: SyncRow | undefined,
  inputs: SecretSyncInputs,
  context: Context,
): void {
  const imports = inputs.syncOptions.initialSyncBehavior !== "overwrite-destination";
  if (row?.lastSyncedAt !== undefined && imports)
    context.log(
      `${inputs.name}: the instance imports nothing after a first success, so the next run overwrites ${describePlace(placesOf(inputs, context.config).destination)}. For a first run with import, replace the sync: with Pulumi by replaceOnChanges and deleteBeforeReplace, with Terraform by -replace.`,
    );
  const left = Object.keys(plannedIn(olds).keys ?? {}).length;
  if (left > 0 && !isSameDestination(olds, inputs))
    context.log(`${inputs.name}: ${left} keys stay at the old destination`);
}
