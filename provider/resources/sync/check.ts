import type { z } from "zod";
import { leftAlone } from "../../engine/left-alone.ts";
import type { Plan } from "../../engine/plan.ts";
import { projectNames } from "../../engine/project-names.ts";
import { effectsOf, stickyEffects } from "../../engine/record/effects.ts";
import { formatPlanned, formatUnforeseen } from "../../engine/record/progress.ts";
import { some } from "../../engine/shortened.ts";
import { preview } from "../../engine/sync.ts";
import type { TreeOptions } from "../../engine/tree-key.ts";
import { BridgeError, describeError, hasCode } from "../../errors.ts";
import { secretSyncArgs } from "../../schema.ts";
import { mixedExecution, ofOtherExecution } from "../execution.ts";
import { skippedText, unlessUnreachable } from "../outage.ts";
import { holdsUnknown, omit, pick, valueAt } from "../properties.ts";
import type { Checked, Context, Properties, Resource } from "../resource.ts";
import { SKIPPED } from "../skipped.ts";
import { isDecided, withoutIrrelevant } from "./decided.ts";
import {
  ARGUMENTS,
  isRunAsked,
  isSamePair,
  type Paused,
  pauseOf,
  plannedIn,
  type SecretSyncInputs,
  type SyncProperties,
  secretSyncInputs,
  sourceOf,
} from "./inputs.ts";
import { formerOwners, withFormerOwners } from "./ownership.ts";
import { plannedText } from "./progress.ts";
import { openWorld, type World } from "./world.ts";
import { argumentProblems, ignoredPlan, unknownSettings } from "./written.ts";

/** What tells where a sync leads. */
type Located = Pick<
  SecretSyncInputs,
  "name" | "projectId" | "environment" | "secretPath" | "destinationConfig"
> & {
  instanceUrl?: string | undefined;
  syncOptions?: TreeOptions | undefined;
};

/** What differs between the executions when arguments are checked and a run is planned. */
export interface Planner<Parsed> {
  schema: z.ZodType<Parsed>;
  /** What becomes of keys whose references the source could not resolve. */
  unresolved: string;
  /**
   * Why nobody can tell from here, where that is so: the keys are then not known. An outage where the sync is to be
   * skipped.
   */
  plan(
    inputs: Parsed,
    recorded: { olds: Properties | undefined; known: ReadonlyMap<string, string> | undefined },
    context: Context,
  ): Promise<Planned | { outage: BridgeError } | { unforeseen: string }>;
}

interface Planned {
  plan: Plan;
  sides: Pick<World, "source" | "destination">;
}

/**
 * Validates the arguments and plans the run: `keys` and `effects` are added to the inputs, so that every
 * engine's own comparison of inputs shows, key by key, what will happen.
 */
export const createCheck =
  <Parsed extends Located>(planner: Planner<Parsed>): Resource["check"] =>
  async (olds, news, context, unknown): Promise<Checked> => {
    const inputs: SyncProperties = withFormerOwners(olds, pick(news, ARGUMENTS));
    const parsed = planner.schema.safeParse(withoutIrrelevant(inputs, unknown));
    const issues = parsed.error?.issues.filter(
      (issue) => !holdsUnknown(valueAt(inputs, issue.path), unknown),
    );
    const failures = [
      ...unknownSettings(news),
      ...ignoredPlan(news),
      ...executionProblems(inputs, unknown),
      ...ofOtherExecution(secretSyncArgs, inputs, unknown).map(({ text }) => text),
      ...argumentProblems(inputs, issues ?? []),
    ];
    if (failures.length > 0) return { failures };

    const before = olds && isSamePair(olds, inputs) ? plannedIn(pick(olds, ["keys", "effects"])) : {};
    const paused = pauseOf(olds, inputs);
    if (paused) context.log(pausedText(String(inputs.name), paused));
    if (!isRunAsked(olds, inputs)) return { inputs: { ...inputs, ...before, ...(paused && { paused }) } };
    const isPlannable = parsed.success && isDecided(inputs, unknown);
    const oldEffects = (olds && plannedIn(olds).effects) ?? {};
    if (!isPlannable) return { inputs: { ...inputs, keys: unknown, ...withEffects(oldEffects) } };

    try {
      const known = before.keys && new Map(Object.entries(before.keys));
      const planned = await planner
        .plan(parsed.data, { olds, known }, context)
        .catch((error: unknown) => notWrittenYet(error, parsed.data, context));
      if ("unforeseen" in planned) {
        context.log(formatUnforeseen(parsed.data.name, planned.unforeseen));
        // Without the keys on record, the comparison of inputs would show each as deleted.
        return { inputs: { ...inputs, ...before } };
      }
      if ("outage" in planned) return { inputs: skip(olds, inputs, planned.outage, context) };
      const { plan } = planned;
      warn(parsed.data.name, plan, planner.unresolved, context);
      const effects = stickyEffects(oldEffects, effectsOf(plan));
      return {
        inputs: { ...inputs, keys: plan.keys, ...withEffects(effects) },
        ...plannedLine(parsed.data, planned, context),
      };
    } catch (error) {
      return {
        failures: [describeError(error)],
        ...(error instanceof BridgeError && { code: error.code }),
      };
    }
  };

/**
 * A source that another sync of the deployment writes may have to be made by that one first.
 *
 * @throws what was thrown, where that is not so
 */
function notWrittenYet(error: unknown, inputs: Located, context: Context): { unforeseen: string } {
  const isMissing = hasCode(error, "folder-not-found") && error.path === "secretPath";
  const writer = isMissing && context.shared.claims.writerOf(sourceOf(inputs, context.config));
  if (!writer) throw error;
  return {
    unforeseen: `its source folder ${inputs.secretPath} is not there until "${writer}" has written it`,
  };
}

/** Names are asked for where something is to be told: a run that changes nothing does without these requests. */
function plannedLine(
  { name, projectId, environment, secretPath, destinationConfig, instanceUrl }: Located,
  { plan, sides }: Planned,
  { config }: Context,
): Pick<Extract<Checked, { inputs: Properties }>, "planned"> {
  const counts = plannedText(plan);
  if (counts === undefined) return {};
  return {
    async planned() {
      const names = await projectNames(sides);
      return formatPlanned(
        name,
        counts,
        { projectId, environment, secretPath, origin: config.host, projectName: names.source },
        { ...destinationConfig, origin: instanceUrl, projectName: names.destination },
      );
    },
  };
}

/** The check of a sync that this package runs. */
export const check = createCheck({
  schema: secretSyncInputs,
  unresolved: "pushed as they are, since the source could not resolve their references",
  async plan(inputs, { olds, known }, context) {
    const world = openWorld(inputs, context, formerOwners(olds, inputs));
    const planned = await unlessUnreachable(inputs, context, () =>
      preview({
        ...world,
        options: inputs.syncOptions,
        known: known ?? new Map(),
        isFirstRun: known === undefined,
        acceptCached: true,
      }),
    );
    if ("answer" in planned) return { plan: planned.answer, sides: world };
    // A source that does not answer either is an error: nothing is known then, and all would be skipped.
    await world.source.list({ values: true, expand: false, imports: false, acceptCached: true });
    return planned;
  },
});

const SECRET = "machineIdentityClientSecret";

/**
 * Nothing is recorded as deployed that was not: a sync that is on record stays wholly as it is there, and a new one has
 * neither keys nor effects, so that nothing runs unseen when the instance is back half-way through.
 */
function skip(
  olds: Properties | undefined,
  inputs: SyncProperties,
  outage: BridgeError,
  context: Context,
): Properties {
  const consequence = olds
    ? "nothing is pushed, and changes of its arguments wait as well"
    : "it is recorded without a run, and its first run comes with a later deployment";
  context.log(skippedText(String(inputs.name), outage, consequence));
  if (!olds) return { ...inputs, ...SKIPPED };
  // An engine takes for secret what is so in the new inputs: the old secret without a new one would be kept in clear.
  return { ...omit(olds, [SECRET]), ...pick(inputs, [SECRET]), ...SKIPPED };
}

function executionProblems(
  { execution, connectionExecution, connectionName }: SyncProperties,
  unknown: unknown,
): string[] {
  // A connection known by its id alone is one of the instance.
  const its = connectionExecution ?? (connectionName === undefined ? "native" : "engine");
  const mixed = execution === unknown || its === unknown ? undefined : mixedExecution(execution, its);
  return mixed === undefined ? [] : [`execution: ${mixed}`];
}

const pausedText = (name: string, { run, at }: Paused) =>
  `${name}: paused since ${at}, when it was rolled back to run ${run}; nothing is pushed. To go on: external-infisical resume, or change triggers.`;

const withEffects = (effects: Record<string, string>) => (Object.keys(effects).length > 0 ? { effects } : {});

function warn(name: string, plan: Plan, unresolved: string, context: Context): void {
  for (const text of [...leftAlone(plan), ...(plan.cautions ?? [])]) context.log(`${name}: ${text}`);
  if (plan.unresolved.length > 0) context.log(`${name}: ${unresolved}: ${some(plan.unresolved)}`);
}
