/** The CLI's own update plan, in a private folder for as long as it is needed. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type BoundPlan, type Declared, EngineError } from "../engine.ts";
import { isProviderType, typeOf } from "../urn.ts";

class SavedPlan implements BoundPlan {
  readonly engine = "pulumi";
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** Lets a preview save its plan. A preview that fails leaves nothing behind. */
export async function savePlan<Result>(
  preview: (path: string) => Promise<Result>,
): Promise<Result & { plan: BoundPlan }> {
  // Only this user may enter it (mode 0700).
  const plan = new SavedPlan(await mkdtemp(join(tmpdir(), "external-infisical-plan-")));
  try {
    return { ...(await preview(pathOf(plan))), plan };
  } catch (error) {
    await plan[Symbol.asyncDispose]();
    throw error;
  }
}

/** Where the CLI finds a plan. @throws EngineError `invalid-plan` for one of another engine */
export function pathOf(plan: BoundPlan): string {
  if (plan instanceof SavedPlan) return join(plan.folder, "plan.json");
  throw new EngineError("invalid-plan", "The plan is of another engine.", {
    hint: "Preview again with `bind`, and use the plan of that preview.",
  });
}

const urns = z.array(z.string()).default([]);
const goalSchema = z.looseObject({
  parent: z.string().default(""),
  dependencies: urns,
  propertyDependencies: z.record(z.string(), urns.nullable()).default({}),
});
const planSchema = z.looseObject({
  resourcePlans: z.record(z.string(), z.looseObject({ goal: goalSchema.optional() })),
});

/** The resources that a plan is of, as their program declares them. */
export async function declaredIn(plan: BoundPlan): Promise<Declared[]> {
  const { resourcePlans } = planSchema.parse(JSON.parse(await readFile(pathOf(plan), "utf8")));
  return Object.entries(resourcePlans).flatMap(([urn, { goal }]): Declared[] => {
    if (!goal || isProviderType(typeOf(urn))) return [];
    const { parent, dependencies, propertyDependencies } = goal;
    const needed = [
      parent,
      ...dependencies,
      ...Object.values(propertyDependencies).flatMap((each) => each ?? []),
    ];
    return [{ urn, needs: needed.filter((each) => each !== "") }];
  });
}

const VIOLATION = /(violates (?:update )?plan)[\s\S]*/i;

/**
 * Where an update differs from its plan, the CLI prints both values, a secret one in clear and over as many lines
 * as it has. So nothing is kept of what follows these words.
 */
export const withoutPlanValues = (text: string): string =>
  text.replace(VIOLATION, "$1 (Pulumi shows the values here; they are left out)");

/** The same for output that comes in pieces: by whole lines, since a piece may end within those words. */
export function planFilter(emit: (text: string) => void): { add(text: string): void; end(): void } {
  let rest = "";
  let isOver = false;
  const pass = (text: string) => {
    if (isOver || text === "") return;
    isOver = VIOLATION.test(text);
    emit(withoutPlanValues(text));
  };
  return {
    add(text) {
      const end = (rest + text).lastIndexOf("\n") + 1;
      const whole = (rest + text).slice(0, end);
      rest = (rest + text).slice(end);
      pass(whole);
    },
    end: () => pass(rest),
  };
}
