/** What the server asks of a resource, in Terraform's words. */
import { z } from "zod";
import type { Context } from "../resources/index.ts";
import type { PathOf, Problem } from "./diagnostics.ts";
import type { Attributes } from "./schema.ts";
import type { ObjectValue } from "./value.ts";

/** What is kept in the state beside the attributes, out of sight of plans. */
export const kept = z.object({
  /** What the resource recorded that is no attribute. */
  outputs: z.record(z.string(), z.unknown()).default({}),
  /** What the last look found, for planning without a network. */
  observed: z.unknown().optional(),
  /** Why the last look failed: an apply is refused with it, unless its plan has looked by itself. */
  unread: z.string().optional(),
  /** Named by an import, and nothing more is known yet. */
  isImported: z.boolean().optional(),
});
export type Kept = z.output<typeof kept>;

/** Of a state that has one, and of a plan that knows it. */
export function idOf(state: ObjectValue | undefined): string | undefined {
  const id = state?.["id"];
  return typeof id === "string" ? id : undefined;
}

/** Terraform plans what replaces a resource with the private data of the plan before: the object that makes room for it. */
export function replacedId({ outputs }: Kept): string | undefined {
  const id = outputs["syncId"] ?? outputs["connectionId"];
  return typeof id === "string" ? id : undefined;
}

/** The provider's configuration is not known while something it is made of is not. */
export type CallContext = Omit<Context, "config"> & {
  config: Context["config"] | undefined;
  /** Pulumi's bridge calls, which sends no read before a plan, and shows nothing of a plan but what it warns of. */
  isBridged: boolean;
};

/** What an apply knows: there is no plan of one before the configuration is known. */
export type ApplyContext = CallContext & Context;

export interface PlanInput {
  /** Undefined for a resource that is not there yet. */
  prior: ObjectValue | undefined;
  config: ObjectValue;
  /** By Terraform's own rules; see `plannedFrom`. */
  planned: ObjectValue;
  kept: Kept;
}

export interface Planned {
  planned: ObjectValue;
  /** What goes to the apply beside it; what the read has left, unless this says otherwise. */
  kept?: Kept;
  /** Paths of attributes whose change needs a new resource. */
  replaces?: readonly (readonly string[])[];
  problems?: readonly Problem[];
}

export interface ApplyInput {
  prior: ObjectValue | undefined;
  /** Undefined where the resource is to be deleted. */
  planned: ObjectValue | undefined;
  config: ObjectValue | undefined;
  kept: Kept;
}

/** What there is now; no state where there is nothing. */
export interface Standing {
  state: ObjectValue | undefined;
  kept: Kept;
  problems?: readonly Problem[];
}

export interface ManagedResource {
  description: string;
  attributes: Attributes;
  /** Where an argument of the engine stands in the schema. */
  pathOf: PathOf;
  /** A state of an earlier version as this one would have written it; new attributes are null in it. */
  upgrade?(state: ObjectValue): ObjectValue;
  /** Needs no network and no provider configuration. */
  validate(config: ObjectValue): Problem[];
  read(state: ObjectValue, kept: Kept, context: CallContext): Promise<Standing>;
  plan(input: PlanInput, context: CallContext): Promise<Planned>;
  /** It is not replaced. */
  keep(id: string, planned: ObjectValue, context: Context): Promise<void>;
  apply(input: ApplyInput, context: ApplyContext): Promise<Standing & { failure?: unknown }>;
  /** A state with as much as the id tells; a read follows. */
  importState(id: string, context: Context): Promise<Standing>;
}

export interface DataSource {
  description: string;
  attributes: Attributes;
  pathOf: PathOf;
  read(config: ObjectValue, context: Context): Promise<ObjectValue>;
}

/** What a look that failed says when it matters. */
export const notLookedAt = (what: string, why: string): Problem => ({
  severity: "warning",
  summary: `Could not look at the ${what}`,
  detail: `${why}\n\nThe state stays as it was last seen. Until that is mended, the ${what} can be destroyed, or moved by its configuration; an apply that is to look at it is refused.`,
});

export type { Context };
