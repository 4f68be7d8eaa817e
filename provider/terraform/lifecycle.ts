/** Reading, creating, updating and deleting through a framework-free resource, the same for all kinds. */
import type { z } from "zod";
import { BridgeError, describeError } from "../errors.ts";
import { lookUp } from "../look-up.ts";
import { PartialRunError, type Properties } from "../resources/index.ts";
import { isEqual, omit } from "../resources/properties.ts";
import type { Resource } from "../resources/resource.ts";
import { HALF_WAY } from "../resources/sync/outputs.ts";
import { problemsOf } from "./diagnostics.ts";
import {
  type ApplyInput,
  type CallContext,
  type Context,
  idOf,
  type Kept,
  notLookedAt,
  type Standing,
} from "./managed-resource.ts";
import { toCamelCase } from "./names.ts";
import { fromProperties, toProperties } from "./properties.ts";
import type { Attributes } from "./schema.ts";
import { type ObjectValue, UNKNOWN, type Value } from "./value.ts";

/** How a kind of resource translates between Terraform's objects and the resource's properties. */
export interface Kind {
  /** For messages: "connection". */
  what: string;
  resource: Resource;
  /** The resource's arguments that are attributes of the same name. */
  arguments: Attributes;
  schema: z.ZodObject;
  /** Names of all of the resource's inputs: they are attributes, and kept nowhere else. */
  inputNames: readonly string[];
  /** The resource's inputs; `config` is there where write-only arguments can be read. */
  inputsOf(object: ObjectValue, config?: ObjectValue): Properties;
  /** What attributes say of recorded outputs. */
  outputsIn(state: ObjectValue): Properties;
  /** The computed attributes. */
  resultsOf(outputs: Properties): ObjectValue;
  /** What attributes tell of what is kept beside them, which Terraform loses where a provider is killed in an apply. */
  recovered?(state: ObjectValue): Properties;
}

/** The outputs of the last deployment as the resource knew them. */
export function recordOf(kind: Kind, state: ObjectValue, kept: Kept): Properties {
  return { ...kind.recovered?.(state), ...kept.outputs, ...kind.inputsOf(state), ...kind.outputsIn(state) };
}

/**
 * What is there now. A look that fails is told, and the state stays: a configuration that mends the cause
 * could otherwise never be planned.
 */
export async function readResource(
  kind: Kind,
  state: ObjectValue,
  kept: Kept,
  context: CallContext,
): Promise<Standing> {
  const { config } = context;
  if (!config || kept.isImported) return { state, kept };
  try {
    const olds = recordOf(kind, state, kept);
    const found = await kind.resource.read(idOf(state) ?? "", olds, { ...context, config });
    if (!found) return { state: undefined, kept };
    return {
      state: { ...state, ...readArguments(kind, state, found.inputs), ...kind.resultsOf(found.outputs) },
      kept: { outputs: keptOutputs(kind, found.outputs) },
    };
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    const [problem] = problemsOf(error);
    const unread = problem?.detail ?? describeError(error);
    return { state, kept: { ...kept, unread }, problems: [notLookedAt(kind.what, unread)] };
  }
}

/** Arguments as they are now; one that means the same as before keeps the user's own words. */
function readArguments(kind: Kind, state: ObjectValue, inputs: Properties): ObjectValue {
  const before = toProperties(kind.arguments, state);
  const now = fromProperties(kind.arguments, inputs);
  const changed = Object.keys(kind.arguments).filter((name) => {
    const argument = lookUp(kind.schema.shape, toCamelCase(name));
    const meaning = (properties: Properties) =>
      argument?.safeParse(lookUp(properties, toCamelCase(name))).data;
    return !isEqual(meaning(before), meaning(inputs));
  });
  return Object.fromEntries(changed.map((name): [string, Value] => [name, lookUp(now, name) ?? null]));
}

/** What is kept of them beside the attributes. */
export const keptOutputs = (kind: Kind, outputs: Properties): Properties =>
  // What a failed run was to leave is planned again from what it did leave; nothing here undoes earlier runs.
  omit(outputs, [...kind.inputNames, "keys", "effects", ...HALF_WAY, "runs"]);

/** Creates, updates or deletes. What was done before a failure is in the answer, with the failure. */
export async function applyChange(
  kind: Kind,
  { prior, planned, config, kept }: ApplyInput,
  context: Context,
): Promise<Standing & { failure?: unknown }> {
  const id = idOf(prior) ?? "";
  const olds = prior && recordOf(kind, prior, kept);
  if (!planned) {
    if (olds && !kept.isImported) await kind.resource.delete(id, olds, context);
    return { state: undefined, kept: { outputs: {} } };
  }
  if (prior && kept.unread !== undefined)
    return { state: prior, kept, failure: unseen(kind.what, kept.unread) };
  const news = { ...kind.inputsOf(planned, config), ...kind.outputsIn(planned) };
  const standing = (outputs: Properties): Standing => ({
    state: settled({ ...planned, ...kind.resultsOf(outputs) }),
    kept: { outputs: keptOutputs(kind, outputs) },
  });
  try {
    if (!olds || kept.isImported) {
      const made = await kind.resource.create(news, context);
      // An import has given it an id already.
      return standing(prior ? { ...made.outputs, ...kept.outputs } : made.outputs);
    }
    return standing(await kind.resource.update(id, olds, news, context));
  } catch (error) {
    if (error instanceof PartialRunError) return { ...standing(error.outputs), failure: error };
    return { state: prior, kept, failure: error };
  }
}

/** What a plan has not seen is not done: nobody has reviewed it. */
const unseen = (what: string, why: string) =>
  new BridgeError("not-as-planned", `The ${what} could not be looked at for this plan: ${why}`, {
    hint: "Nothing was written. Plan again when that is mended.",
  });

/** Nothing may stay unknown after an apply. */
function settled(state: ObjectValue): ObjectValue {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]): [string, Value] => [name, value === UNKNOWN ? null : value]),
  );
}
