import { z } from "zod";
import { leftAlone } from "../../engine/left-alone.ts";
import { effectsOf, isSettled, stickyEffects } from "../../engine/record/effects.ts";
import { NEW } from "../../resources/claims.ts";
import { executionOf } from "../../resources/execution.ts";
import type { Properties } from "../../resources/index.ts";
import { problemsOf } from "../../resources/problems.ts";
import { isEqual, pick } from "../../resources/properties.ts";
import { claim } from "../../resources/sync/claiming.ts";
import { isDecided, withoutIrrelevant } from "../../resources/sync/decided.ts";
import { observation, replan } from "../../resources/sync/engine/observation.ts";
import { isRunAsked, type PlannedInputs, plannedIn, secretSyncInputs } from "../../resources/sync/inputs.ts";
import { formerOwners, ownershipOf } from "../../resources/sync/ownership.ts";
import { syncOptions } from "../../schema.ts";
import { RefusedError, toldOf } from "../diagnostics.ts";
import type { Kind } from "../lifecycle.ts";
import { type CallContext, idOf, type Kept, type PlanInput, type Planned } from "../managed-resource.ts";
import { toSnakeCase } from "../names.ts";
import { changedNames } from "../planned.ts";
import { type ObjectValue, UNKNOWN } from "../value.ts";
import { announcement } from "./announcement.ts";
import { madeUpName, refuseRemoval } from "./bridged.ts";
import { CONNECTION, connectionPath } from "./connection-attribute.ts";
import { resultsIn } from "./sync-results.ts";

type Labelled = Record<string, string>;

/** What a run will leave: the two attributes that show it. */
interface Outcome {
  keys: Labelled | typeof UNKNOWN | undefined;
  effects: Labelled | typeof UNKNOWN | undefined;
}

/** What the last look says nothing about, or no more: a plan has to look by itself when it changes. */
const LOOKED_AT = [
  "projectId",
  "environment",
  "secretPath",
  "destinationConfig",
  "instanceUrl",
  "machineIdentityClientId",
  "machineIdentityClientSecret",
  "auth",
  "allowInsecureHttp",
];

/**
 * Plans a sync. An update follows from the prior state and the look kept with it, so that the plan made again
 * at apply agrees by construction; only what was never looked at is looked at here.
 */
export async function planSync(
  kind: Kind,
  { prior, planned, kept }: PlanInput,
  context: CallContext,
): Promise<Planned> {
  const news = kind.inputsOf(planned);
  if (context.isBridged) refuseRemoval(news);
  const olds =
    prior && !kept.isImported
      ? { ...pick(kept.outputs, ["formerOwners"]), ...kind.inputsOf(prior), ...kind.outputsIn(prior) }
      : undefined;
  const before = plannedIn(olds ?? {});
  const lastStatus = prior && resultsIn(prior).status;
  // What replaces a resource is planned with what is kept of that; Pulumi's bridge does not do so. What was imported is
  // planned as what is new.
  const isNew =
    kept.isImported === true || (!prior && Object.keys(kept.outputs).length === 0 && !context.isBridged);
  await claimAsPlanned(news, isNew ? NEW : idOf(prior), context);
  const isAsked = isRunAsked(olds, news);
  const mustLook =
    !olds ||
    !isAsked ||
    context.isBridged ||
    !isDecided(news, UNKNOWN) ||
    before.keys === undefined ||
    needsLook(olds, news, kept);
  if (olds && kept.unread !== undefined && !context.isBridged && !hasOtherPlaces(olds, news))
    return { planned: { ...planned, ...UNSEEN } };
  const warnings = context.isBridged && !prior ? madeUpName(news) : [];
  const outcome = mustLook
    ? await look(kind, olds, news, { ...context, log: (line) => warnings.push(line) })
    : replay(olds, before, news, kept, (line) => warnings.push(line));

  const result: ObjectValue = {
    ...planned,
    keys: outcome.keys ?? null,
    taken_over: outcome.effects ?? {},
  };
  const isUnfinished = isAsked && lastStatus === "failed";
  if (prior && !kept.isImported && !isUnfinished && isSame(kind, prior, result)) return { planned: prior };
  const replaces = olds ? kind.resource.replaces(olds, news) : [];
  return {
    planned: { ...result, ...(isAsked && afterRun(lastStatus, news, outcome)) },
    replaces: replaces.map((name) => connectionPath([toSnakeCase(name)])),
    // This plan has looked by itself.
    kept: { ...kept, unread: undefined },
    problems: [...warnings, ...(context.isBridged ? announcement(before, outcome) : [])].map((line) =>
      toldOf(kind.what, line),
    ),
  };
}

/** Also where nothing is looked at: two syncs on record may have come to one destination. */
async function claimAsPlanned(
  news: Properties,
  resource: typeof NEW | string | undefined,
  { config, ...context }: CallContext,
): Promise<void> {
  if (config) await claim(news, { stage: "check", resource }, { ...context, config }, UNKNOWN);
}

/** What a plan shows of a sync that could not be looked at: an error would keep it from being destroyed, too. */
const UNSEEN: ObjectValue = { keys: UNKNOWN, taken_over: UNKNOWN, status: UNKNOWN, last_synced_at: UNKNOWN };

function needsLook(olds: Properties, news: Properties, kept: Kept): boolean {
  return executionOf(news) === "native" || kept.observed === undefined || hasOtherPlaces(olds, news);
}

const anyOptions = z.object({ syncOptions: syncOptions.partial() });

/** Other places or credentials, or other secrets, or values read in another way. */
function hasOtherPlaces(olds: Properties, news: Properties): boolean {
  const reading = (inputs: Properties) => {
    const { data } = anyOptions.safeParse(withoutIrrelevant(inputs, UNKNOWN));
    return (
      data && pick(data.syncOptions, ["references", "includeAllSubFolders", "subFolders", "filter", "copy"])
    );
  };
  return !isEqual(pick(olds, LOOKED_AT), pick(news, LOOKED_AT)) || !isEqual(reading(olds), reading(news));
}

async function look(
  kind: Kind,
  olds: Properties | undefined,
  news: Properties,
  { config, ...context }: CallContext,
): Promise<Outcome> {
  if (!config) return { keys: UNKNOWN, effects: UNKNOWN };
  const checked = await kind.resource.check(olds, news, { ...context, config }, UNKNOWN);
  if ("failures" in checked)
    throw new RefusedError(
      checked.failures.map((failure) => failure.replace(/^connection: /, `${CONNECTION}: `)),
    );
  const { keys, effects } = checked.inputs as { keys?: Labelled | typeof UNKNOWN; effects?: Labelled };
  // Where the keys are not known, neither is what else may happen.
  return { keys, effects: keys === UNKNOWN ? UNKNOWN : effects && written(effects) };
}

/**
 * Terraform plans again before it applies, when what it deletes first is gone: a key may be written by then of which
 * nothing was to be written, and its plan must agree.
 */
const written = (effects: Labelled): Labelled =>
  Object.fromEntries(Object.entries(effects).filter(([, text]) => !isSettled(text)));

function replay(
  olds: Properties,
  { keys = {}, effects: earlier = {} }: PlannedInputs,
  news: Properties,
  kept: Kept,
  warn: (line: string) => void,
): Outcome {
  const { data: inputs, error } = secretSyncInputs.safeParse(withoutIrrelevant(news, UNKNOWN));
  if (!inputs) throw new RefusedError(problemsOf(error.issues));
  // A plan does not show the host.
  const ownership = ownershipOf(inputs, formerOwners(olds, news), "");
  const observed = observation.parse(kept.observed);
  const plan = replan(observed, keys, inputs.syncOptions, ownership);
  for (const text of leftAlone(plan)) warn(`${inputs.name}: ${text}`);
  const effects = stickyEffects(earlier, written(effectsOf(plan)));
  return { keys: { ...plan.keys }, effects: Object.keys(effects).length > 0 ? effects : undefined };
}

const isSame = (kind: Kind, prior: ObjectValue, planned: ObjectValue): boolean =>
  changedNames([CONNECTION, "keys", "taken_over", ...Object.keys(kind.arguments)], prior, planned).length ===
  0;

/**
 * How a run ends is known after the apply. Only that a sync has succeeded, and is to do so again, is no line of a plan: an
 * instance's own run may end in other ways, or not be waited for; and where keys are not known, there may be none.
 */
const afterRun = (lastStatus: string | undefined, news: Properties, { keys }: Outcome): ObjectValue => ({
  status:
    lastStatus === "succeeded" && executionOf(news) === "engine" && keys !== UNKNOWN ? "succeeded" : UNKNOWN,
  last_synced_at: UNKNOWN,
});
