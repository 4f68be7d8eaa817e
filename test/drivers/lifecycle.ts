import { isEqual } from "../../provider/resources/properties.ts";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { connectionInputs, providerConfiguration, syncInputs } from "../support/arguments.ts";
import type { PlayedWorld } from "../support/world.ts";
import { type Stack, type View, viewOf } from "./driver.ts";

/** Stands for a value that is not known yet, in a preview. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Properties = Record<string, unknown>;
type Kind = "connection" | "secretSync";

/** A dynamic provider as Pulumi calls it. */
export interface ProviderCalls extends AsyncDisposable {
  call(kind: Kind, method: string, config: Record<string, string>, args: unknown[]): Promise<unknown>;
  /** Asks what a creation or an update would answer, where an engine asks that in previews. */
  foresee?(kind: Kind, method: "create" | "update", args: unknown[]): Promise<unknown>;
  /** The next call comes from a new phase of a deployment. */
  nextPhase(): Promise<void>;
}

interface Recorded {
  kind: Kind;
  id: string;
  inputs: Properties;
  outputs: Properties;
  isUnfinished: boolean;
}

type Failure = Error & { id?: string; properties?: Properties; reasons?: string[] };

/**
 * The part of Pulumi's engine that two dependent resources need: check, compare, create or update, then delete
 * what the program no longer names; a preview stops before the writes.
 *
 * @param previews each deployment, as the command `up` does, in a phase of its own
 */
export function lifecycleStack(world: PlayedWorld, provider: ProviderCalls, previews: boolean): Stack {
  const state = new Map<string, Recorded>();
  const config = Object.fromEntries(
    Object.entries(providerConfiguration(world)).map(([key, { value }]) => [key, value]),
  );
  const answers: string[] = [];
  const call = async <T>(kind: Kind, method: string, ...args: unknown[]) => {
    const answer = (await provider.call(kind, method, config, args)) as T;
    answers.push(JSON.stringify(answer));
    return answer;
  };

  async function check(kind: Kind, olds: Properties, news: Properties): Promise<Properties> {
    const checked = await call<{ inputs?: Properties; failures?: { reason: string }[] }>(
      kind,
      "check",
      olds,
      news,
    );
    if (checked.failures?.length) throw new Error(checked.failures.map(({ reason }) => reason).join("\n"));
    return JSON.parse(JSON.stringify(checked.inputs)) as Properties;
  }

  async function step(name: string, kind: Kind, news: Properties, isPreview: boolean): Promise<boolean> {
    const before = state.get(name);
    const inputs = await check(kind, before?.inputs ?? {}, news);
    if (!before) {
      if (isPreview) {
        answers.push(JSON.stringify(await provider.foresee?.(kind, "create", [inputs])));
        return true;
      }
      try {
        const { id, outs } = await call<{ id: string; outs: Properties }>(kind, "create", inputs);
        state.set(name, { kind, id, inputs, outputs: outs, isUnfinished: false });
      } catch (error) {
        const failure = error as Failure;
        if (failure.id !== undefined && failure.properties)
          state.set(name, {
            kind,
            id: failure.id,
            inputs,
            outputs: sendable(failure.properties),
            isUnfinished: true,
          });
        throw shown(failure);
      }
      return true;
    }
    const diff = await call<{ changes?: boolean }>(
      kind,
      "diff",
      before.id,
      before.outputs,
      inputs,
      before.inputs,
    );
    const isChanged = diff.changes !== false && !isEqual(before.inputs, inputs);
    if (!isChanged && !before.isUnfinished) return false;
    if (isPreview) {
      const args = [before.id, before.outputs, inputs];
      answers.push(JSON.stringify(await provider.foresee?.(kind, "update", args)));
      return true;
    }
    try {
      const { outs } = await call<{ outs: Properties }>(kind, "update", before.id, before.outputs, inputs);
      state.set(name, { kind, id: before.id, inputs, outputs: outs, isUnfinished: false });
    } catch (error) {
      const failure = error as Failure;
      if (failure.properties)
        // As Pulumi: outputs tell of what was done, inputs stay those of the last update that ended well.
        state.set(name, { ...before, outputs: sendable(failure.properties), isUnfinished: true });
      throw shown(failure);
    }
    return true;
  }

  async function run(args: SyncArguments, isPreview: boolean): Promise<View> {
    await provider.nextPhase();
    const name = args.resourceName ?? "sync";
    const before = state.get(name)?.inputs ?? {};
    const connectionChanged = await step("connection", "connection", connectionInputs(world), isPreview);
    const inputs = syncInputs(world, args, state.get("connection")?.id ?? UNKNOWN);
    const after = await check("secretSync", before, inputs);
    const syncChanged = await step(name, "secretSync", inputs, isPreview);
    const gone = [...state.keys()].filter((other) => other !== "connection" && other !== name);
    if (!isPreview) for (const other of gone) await remove(other);
    return { ...viewOf(before, after), unchanged: !connectionChanged && !syncChanged && gone.length === 0 };
  }

  async function remove(name: string): Promise<void> {
    const recorded = state.get(name);
    if (!recorded) return;
    await call(recorded.kind, "delete", recorded.id, recorded.outputs);
    state.delete(name);
  }

  return {
    preview: (args) => run(args, true),
    async deploy(args) {
      if (previews) await run(args, true);
      return run(args, false);
    },
    async refresh(args) {
      await provider.nextPhase();
      const name = args.resourceName ?? "sync";
      const read = async (one: string) => {
        const before = state.get(one);
        if (!before) throw new Error(`No ${one} to refresh`);
        const { inputs, props: outputs } = await call<{ props: Properties; inputs: Properties }>(
          before.kind,
          "read",
          before.id,
          before.outputs,
          before.inputs,
        );
        state.set(one, { ...before, inputs, outputs, isUnfinished: false });
        return viewOf(before.inputs, inputs);
      };
      await read("connection");
      return { keys: (await read(name)).keys };
    },
    async destroy() {
      await provider.nextPhase();
      for (const name of [...state.keys()].reverse()) await remove(name);
    },
    transcript: () => answers.join("\n"),
    state: async () => JSON.stringify([...state]),
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  };
}

/** Pulumi's SDK waits for ever where it cannot put into a message what comes with an error. */
function sendable(properties: Properties): Properties {
  for (const [name, value] of Object.entries(properties)) {
    // The closure: there is none here.
    if (name === "__provider") continue;
    if (value === undefined) throw new Error(`The outputs of a failed run have an undefined ${name}.`);
    if (typeof value === "object" && value !== null) sendable(value as Properties);
  }
  return properties;
}

/** Pulumi shows the reasons of a partial failure, and not its message. */
const shown = (failure: Failure) => new Error(failure.reasons?.join("\n") ?? failure.message);
