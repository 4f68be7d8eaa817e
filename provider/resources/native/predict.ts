import { preview, type SyncInput } from "../../engine/sync.ts";
import { BridgeError, describeError, hasCode } from "../../errors.ts";
import type { SyncRow } from "../../infisical/control-plane/index.ts";
import { unlessUnreachable } from "../outage.ts";
import { describePlace } from "../places.ts";
import { isEqual } from "../properties.ts";
import type { Context, Properties } from "../resource.ts";
import { createCheck } from "../secret-sync/check.ts";
import { isSamePair, placesOf, plannedIn, type SecretSyncInputs } from "../secret-sync/inputs.ts";
import { openWorld, type World } from "../secret-sync/world.ts";
import { claimDestination } from "../session.ts";
import { engineOnly, NEEDED, nativeSyncInputs, withConnection } from "./inputs.ts";
import { planeOf } from "./plane.ts";

/** The check of a sync that the instance runs: the plan is what its next run will do. */
export const check = createCheck({
  schema: nativeSyncInputs,
  needed: NEEDED,
  problems: engineOnly,
  async plan(parsed, { olds, known }, context) {
    const plane = planeOf(context);
    // Looked up by name: a check is not told the id.
    const name = String(olds?.["name"] ?? parsed.name);
    const projectId = String(olds?.["projectId"] ?? parsed.projectId);
    const row = await plane.findSync(name, projectId);
    if (!olds && row && !parsed.adopt) throw alreadyThere(row);
    if (olds && !row) throw notThere(name);
    const inputs = await withConnection(parsed, plane);
    claimDestination(placesOf(inputs, context.config).destination, inputs.name);
    if (olds && !isSamePair(olds, parsed)) warnOfRepointing(olds, row, inputs, context);
    const world = openPlannable(inputs, row, context);
    if (!world) return undefined;
    const planned = await unlessUnreachable(inputs, () =>
      preview({ ...nativeRun(world, inputs, row, known), acceptCached: true }),
    );
    if ("answer" in planned) return planned.answer;
    context.log(notReadable(inputs.name, planned.outage));
    return undefined;
  },
});

export const alreadyThere = (row: SyncRow): BridgeError =>
  new BridgeError("already-exists", `The source project has an Infisical Sync "${row.name}" already.`, {
    path: "name",
    hint: "Choose another name, or set adopt to take it over.",
  });

export const notThere = (name: string): BridgeError =>
  new BridgeError("not-found", `The source instance has no Infisical Sync "${name}" any more.`, {
    hint: "Refresh, then deploy again: it is then found by its id, or created anew.",
  });

/** Both sides, if a plan can be made: a sync that somebody has made recursive takes more than one folder. */
export function openPlannable(
  inputs: SecretSyncInputs,
  row: SyncRow | undefined,
  context: Context,
): World | undefined {
  if (row?.syncOptions["recursive"] !== true) return openReadable(inputs, context);
  context.log(`${inputs.name}: the instance's sync is recursive, keys unknown`);
  return undefined;
}

/**
 * Both sides, if the destination can be looked at: a connection whose client secret is not known here can be
 * used by the instance only.
 */
export function openReadable(inputs: SecretSyncInputs, context: Context): World | undefined {
  try {
    return openWorld(inputs, context);
  } catch (error) {
    if (!hasCode(error, "missing-credentials") || error.path !== "machineIdentityClientSecret") throw error;
    context.log(notReadable(inputs.name, error));
    return undefined;
  }
}

const notReadable = (name: string, error: BridgeError) =>
  `${name}: destination not readable, keys unknown: ${describeError(error)}`;

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
  if (left > 0 && !isEqual(olds["destinationConfig"], inputs.destinationConfig))
    context.log(`${inputs.name}: ${left} keys stay at the old destination`);
}
