import { effectsOf, stickyEffects } from "../../engine/effects.ts";
import { some } from "../../engine/guard.ts";
import type { Plan } from "../../engine/plan.ts";
import { preview } from "../../engine/sync.ts";
import { describeError } from "../../errors.ts";
import { problemsOf } from "../problems.ts";
import { holdsUnknown, pick } from "../properties.ts";
import type { Checked, Context, Properties } from "../resource.ts";
import { claimDestination } from "../session.ts";
import {
  ARGUMENTS,
  isRunAsked,
  isSamePair,
  NEEDED_TO_PLAN,
  placesOf,
  plannedIn,
  secretSyncInputs,
} from "./inputs.ts";
import { openWorld } from "./world.ts";

/**
 * Validates the arguments and plans the run: `keys` and `effects` are added to the inputs, so that every
 * engine's own comparison of inputs shows, key by key, what will happen.
 */
export async function check(
  olds: Properties | undefined,
  news: Properties,
  context: Context,
  unknown: unknown,
): Promise<Checked> {
  const inputs = pick(news, ARGUMENTS);
  const parsed = secretSyncInputs.safeParse(inputs);
  if (!parsed.success) {
    const issues = parsed.error.issues.filter((issue) => !holdsUnknown(at(inputs, issue.path), unknown));
    if (issues.length > 0) return { failures: problemsOf(issues) };
  }
  const before = olds && isSamePair(olds, inputs) ? plannedIn(olds) : {};
  if (!isRunAsked(olds, inputs)) return { inputs: { ...inputs, ...before } };
  const isPlannable = parsed.success && !holdsUnknown(pick(inputs, NEEDED_TO_PLAN), unknown);
  const oldEffects = (olds && plannedIn(olds).effects) ?? {};
  if (!isPlannable) return { inputs: { ...inputs, keys: unknown, ...withEffects(oldEffects) } };

  try {
    claimDestination(placesOf(parsed.data, context.config).destination, parsed.data.name);
    const plan = await preview({
      ...openWorld(parsed.data, context),
      options: parsed.data.syncOptions,
      known: new Map(Object.entries(before.keys ?? {})),
      isFirstRun: before.keys === undefined,
      acceptCached: true,
    });
    warn(parsed.data.name, plan, context);
    const effects = stickyEffects(oldEffects, effectsOf(plan.changes));
    return { inputs: { ...inputs, keys: plan.keys, ...withEffects(effects) } };
  } catch (error) {
    return { failures: [describeError(error)] };
  }
}

const withEffects = (effects: Record<string, string>) => (Object.keys(effects).length > 0 ? { effects } : {});

function warn(name: string, plan: Plan, context: Context): void {
  if (plan.unresolved.length > 0)
    context.log(
      `${name}: pushed as they are, since the source could not resolve their references: ${some(plan.unresolved)}`,
    );
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[name] : inner,
    value,
  );
}
