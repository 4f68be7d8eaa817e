/** What files declare, and what that changes. */
import { z } from "zod";
import { fleetSettings } from "../../syncs/fleet-settings.ts";
import { applyDeclarations, planDeclarations } from "../declarations/apply.ts";
import type { Declaration } from "../declarations/declaration.ts";
import type { DeclarationPlan, DeclaredChange } from "../declarations/plan.ts";
import { missingSecrets } from "../run/secrets.ts";
import { act, type Fleet } from "./act.ts";
import { by } from "./inputs.ts";

export const properties = z.record(z.string(), z.unknown());

export const declarationSchema = z.object({
  project: z.string().min(1),
  file: z.string(),
  folder: z.string(),
  declared: z.object({
    source: properties,
    connections: z.record(z.string(), properties),
    policies: properties.exactOptional(),
    notify: properties.exactOptional(),
    eventSubscriptions: z.literal(true).exactOptional(),
    sharedLooks: z.boolean(),
  }),
  syncs: z.array(
    z.object({
      name: z.string().min(1),
      destination: z.string().min(1),
      declared: z.object({
        args: properties,
        connection: z.string(),
        wave: z.number(),
        settings: fleetSettings,
      }),
    }),
  ),
});

/** What is on record of a declared sync. */
export const recordedSchema = z.object({
  project: z.string(),
  name: z.string(),
  inputs: properties,
  outputs: properties,
});

export const declareInput = z.object({
  declarations: z.array(declarationSchema).min(1).meta({ description: "What files declare." }),
  prune: z.boolean().default(false).meta({
    description: "What becomes of the keys of syncs that are gone needs no approval.",
  }),
});

const changeSchema = z.object({
  change: z.enum(["new", "renamed", "moved", "restored", "changed", "removed"]),
  name: z.string(),
  destination: z.string(),
  from: z.string().optional().meta({ description: "Its former name, or where it wrote." }),
  parts: z.array(z.string()).optional().meta({ description: "What is not as it was." }),
});
export type ChangePart = z.output<typeof changeSchema>;

export const declareContent = z.object({
  projects: z.array(
    z.object({
      project: z.string(),
      file: z.string(),
      isNew: z.boolean(),
      parts: z.array(z.string()).meta({
        description:
          "What its syncs have in common and is not as it was, such as source.clientId or connections.NAME.",
      }),
      syncs: z.array(changeSchema),
      unchanged: z.number(),
    }),
  ),
  prune: z.boolean(),
  missing: z.array(z.object({ project: z.string(), problem: z.string() })).meta({
    description: "Secrets that are referred to and are not there, for the process that has answered.",
  }),
});
export type DeclareContent = z.output<typeof declareContent>;

export const plan = act(
  declareInput,
  async ({ database, environment }, { declarations, prune }): Promise<DeclareContent> => {
    const { plans } = await planDeclarations(database, declarations, { prune });
    return { projects: plans.map(told), prune, missing: await missingOf(declarations, environment) };
  },
);

export const apply = act(
  declareInput.extend({ by }),
  async ({ database, queue, environment }, { declarations, prune, by }): Promise<DeclareContent> => {
    const plans = await database.transaction(async (queries) => {
      const { plans, affected } = await applyDeclarations(queries, declarations, { by, prune });
      await queue.trigger(affected, "declared", queries);
      return plans;
    });
    return { projects: plans.map(told), prune, missing: await missingOf(declarations, environment) };
  },
);

/** Of what somebody declares: said before a run fails for it. */
export async function missingOf(
  declarations: readonly Pick<Declaration, "project" | "folder" | "declared">[],
  environment: Fleet["environment"],
): Promise<DeclareContent["missing"]> {
  const all = await Promise.all(
    declarations.map(async ({ project, ...rest }) => {
      const problems = await missingSecrets({ name: project, ...rest }, environment);
      return problems.map((problem) => ({ project, problem }));
    }),
  );
  return all.flat();
}

const told = ({ declaration, isNew, parts, changes, unchanged }: DeclarationPlan) => ({
  project: declaration.project,
  file: declaration.file,
  ...{ isNew, parts, unchanged },
  syncs: changes.map(changePart),
});

function changePart(change: DeclaredChange): ChangePart {
  const { name, destination } = change.kind === "removed" ? change.row : change.sync;
  const from =
    change.kind === "renamed"
      ? change.row.name
      : change.kind === "moved"
        ? change.row.destination
        : undefined;
  return {
    change: change.kind,
    ...{ name, destination },
    ...(from !== undefined && { from }),
    ...(change.kind === "changed" && { parts: change.parts }),
  };
}
