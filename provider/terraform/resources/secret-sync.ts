import { type RememberedKey, storeMemory } from "../../engine/record/memory.ts";
import { changedTo } from "../../engine/revision.ts";
import { BridgeError } from "../../errors.ts";
import { executionOf } from "../../resources/execution.ts";
import { refuseFilter } from "../../resources/filters.ts";
import { PartialRunError, type Properties, resources } from "../../resources/index.ts";
import { isEqual, pick, present } from "../../resources/properties.ts";
import { observeRevisions } from "../../resources/sync/engine/observation.ts";
import { ARGUMENTS, waitsForTriggers } from "../../resources/sync/inputs.ts";
import { secretSyncArgs } from "../../schema.ts";
import { type Problem, problemsOf } from "../diagnostics.ts";
import { applyChange, type Kind, keptOutputs, readResource, recordOf } from "../lifecycle.ts";
import { type Context, kept, type ManagedResource, notLookedAt, type Standing } from "../managed-resource.ts";
import { fromProperties, toProperties } from "../properties.ts";
import { argumentsOf } from "../schema.ts";
import { validateArguments } from "../validate.ts";
import type { ObjectValue } from "../value.ts";
import { refuseRemoval } from "./bridged.ts";
import { CONNECTION, connectionAttribute, connectionInputs, connectionPath } from "./connection-attribute.ts";
import { importSync } from "./import.ts";
import { planSync } from "./plan-sync.ts";
import { results, resultsIn } from "./sync-results.ts";

const args = argumentsOf(secretSyncArgs);
const options = secretSyncArgs.pick({ syncOptions: true });
const attributes = { [CONNECTION]: connectionAttribute, ...args, ...results };

const kind: Kind = {
  what: "sync",
  resource: resources.secretSync,
  arguments: args,
  schema: secretSyncArgs,
  inputNames: ARGUMENTS,
  inputsOf: (object) => ({ ...toProperties(args, object), ...connectionInputs(object[CONNECTION]) }),
  outputsIn(state) {
    const { id: syncId, keys, takenOver = {} } = resultsIn(state);
    // No effects are none for the engine, and an empty map for modules that ask for its length.
    const effects = Object.keys(takenOver).length > 0 ? takenOver : undefined;
    return present({ syncId, keys, effects });
  },
  resultsOf(outputs) {
    const { syncId: id, effects, syncStatus: status } = outputs;
    return fromProperties(results, { ...outputs, id, takenOver: effects ?? {}, status });
  },
  recovered: (state) => (isNative(state) ? {} : recoveredFrom(state)),
};

/** What was pushed is known by `keys`. Who created a key is not, and then it counts as found there. */
function recoveredFrom(state: ObjectValue): Properties {
  const { keys = {}, lastSyncedAt } = resultsIn(state);
  const memory = Object.entries(keys).map(([label, revision]): [string, RememberedKey] => [
    label,
    { origin: "adopted", pushed: changedTo(revision) ?? revision, destination: "unknown" },
  ]);
  const createdAt = lastSyncedAt ?? new Date(0).toISOString();
  return present({ createdAt, memory: storeMemory(new Map(memory)), lastSyncedAt });
}

/** What a state has of a sync, as the resources know it: for who takes it over. @param keptText the state's private data */
export function recordedSync(state: ObjectValue, keptText: string) {
  const record = kept.parse(JSON.parse(keptText));
  const inputs = { ...pick(record.outputs, ["formerOwners"]), ...kind.inputsOf(state) };
  const { keys, effects } = kind.outputsIn(state);
  return {
    name: String(inputs["name"]),
    isNative: isNative(state),
    inputs: present({ ...inputs, keys, effects }),
    outputs: recordOf(kind, state, record),
  };
}

/** The same state after somebody else has run the sync: for who gives it back. @param outputs as that has them */
export function givenBack(
  state: ObjectValue,
  keptText: string,
  outputs: Properties,
): { attributes: ObjectValue; private: string } {
  const { outputs: before } = kept.parse(JSON.parse(keptText));
  const { syncId } = kind.outputsIn(state);
  const after = { ...outputs, ...pick(before, ["createdAt"]), ...present({ syncId }) };
  return {
    attributes: { ...state, ...kind.resultsOf(after) },
    // What an earlier look has seen is not so any more.
    private: JSON.stringify({ outputs: keptOutputs(kind, after) }),
  };
}

/** `externalinfisical_secret_sync`: one folder of the source kept at one folder of another instance. */
export const secretSync: ManagedResource = {
  description:
    "Keeps the secrets of one folder of the source instance at one folder of another instance. The plan shows, key by key, what will happen at the destination.",
  attributes,
  pathOf: connectionPath,

  upgrade: (state) => ({ ...state, taken_over: state["taken_over"] ?? {} }),

  validate: (config) => [...validateArguments(secretSyncArgs, args, config), ...filterProblems(config)],

  async read(state, kept, context) {
    const standing = await readResource(kind, state, kept, context);
    const { config } = context;
    if (!config || standing.kept.unread !== undefined) return standing;
    try {
      return await withObservation(standing, { ...context, config });
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      const unread = problemsOf(error)[0]?.detail ?? error.message;
      return {
        ...standing,
        kept: { ...standing.kept, unread },
        problems: [notLookedAt(kind.what, unread)],
      };
    }
  },

  plan: (input, context) => planSync(kind, input, context),

  keep: (id, planned, context) => kind.resource.keep(id, kind.inputsOf(planned), context),

  async apply(input, context) {
    if (context.isBridged && input.prior && !input.planned) refuseRemoval(kind.inputsOf(input.prior));
    const done = await applyChange(kind, input, context);
    // What the next read will find, so that it finds nothing changed. Without it, that read looks.
    if (done.failure === undefined) return withObservation(done, context).catch(() => done);
    const { prior, planned } = input;
    if (!(done.failure instanceof PartialRunError) || !prior || !planned || !done.state) return done;
    // The run that was asked for is not done: with the old triggers the next plan asks again.
    const isAsked =
      waitsForTriggers(kind.inputsOf(planned)) && !isEqual(prior["triggers"], planned["triggers"]);
    return isAsked ? { ...done, state: { ...done.state, triggers: prior["triggers"] ?? null } } : done;
  },

  importState: (id, context) => importSync(id, context),
};

/** What does not go together, as far as it is known; a default that is written out says something here. */
function filterProblems(config: ObjectValue): Problem[] {
  const { data } = options.safeParse(toProperties(args, config, { isWritten: true }));
  try {
    if (data) refuseFilter(data.syncOptions);
    return [];
  } catch (error) {
    return problemsOf(error, attributes, connectionPath);
  }
}

/** Keeps what both sides hold now beside the state, for planning; lists that were just read are not read again. */
async function withObservation(standing: Standing, context: Context): Promise<Standing> {
  const { state, kept } = standing;
  const keys = state && resultsIn(state).keys;
  if (!keys || isNative(state)) return standing;
  const observed = await observeRevisions(recordOf(kind, state, kept), keys, context);
  return { ...standing, kept: { ...kept, observed } };
}

const isNative = (state: ObjectValue) => executionOf(kind.inputsOf(state)) === "native";
