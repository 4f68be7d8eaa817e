import { isEqual } from "../../../provider/resources/properties.ts";
import type { Message } from "../../../provider/terraform/protocol.ts";
import { conform, decodeValue, encodeValue, type ObjectValue } from "../../../provider/terraform/value.ts";
import type { ProviderClient } from "./client.ts";
import { checkAgrees, checkApplied, checkPlan, proposed, shown, typeOf } from "./rules.ts";

type Schema = Message<"GetProviderSchemaResponse">;

/** A resource as a state file has it. */
interface StateEntry {
  type: string;
  object: ObjectValue;
  private: Uint8Array | undefined;
  isTainted: boolean;
}

/** What is to be done with one resource. */
export interface PlannedChange {
  name: string;
  type: string;
  config: ObjectValue | undefined;
  action: "none" | "create" | "update" | "replace" | "delete";
  /** As refreshed. */
  prior: StateEntry | undefined;
  planned: ObjectValue | undefined;
}

/** The part of Terraform's core that runs resources one by one, with all the rules it enforces. */
export interface Core {
  readonly state: Map<string, StateEntry>;
  configure(config: ObjectValue): Promise<void>;
  refresh(name: string): Promise<StateEntry | undefined>;
  plan(name: string, type: string, config: ObjectValue | undefined): Promise<PlannedChange>;
  /** A plan over what is on record, without a read. */
  replan(name: string, config: ObjectValue): Promise<ObjectValue>;
  apply(change: PlannedChange): Promise<void>;
  /** As `-replace` does: what is planned next for the resource is what replaces it. */
  force(name: string): void;
  /** Reads a data source. */
  look(type: string, config: ObjectValue): Promise<ObjectValue>;
  /** Puts an imported resource on record. */
  adopt(name: string, type: string, imported: Message<"ImportedResource"> | undefined): void;
  /** All that was shown until now. */
  transcript: string[];
}

/** @param version how the caller names itself to the provider */
export async function createCore(client: () => ProviderClient, version = "1.11.4"): Promise<Core> {
  const schema = await client().call("GetProviderSchema", {});
  const state = new Map<string, StateEntry>();
  const transcript: string[] = [];
  const forced = new Set<string>();

  const told = <T extends { diagnostics?: readonly Message<"Diagnostic">[] | undefined }>(answer: T): T => {
    const texts = (answer.diagnostics ?? []).map(({ summary, detail }) => `${summary}\n${detail}`);
    transcript.push(...texts);
    if (answer.diagnostics?.some(({ severity }) => severity === 1)) throw new Error(texts.join("\n"));
    return answer;
  };

  async function refresh(name: string): Promise<StateEntry | undefined> {
    const entry = state.get(name);
    if (!entry) return undefined;
    const { type } = entry;
    const of = typeOf(attributesOf(schema, type));
    const json = Buffer.from(JSON.stringify(entry.object));
    const upgraded = told(
      await client().call("UpgradeResourceState", { type_name: type, version: 0, raw_state: { json } }),
    );
    const read = told(
      await client().call("ReadResource", {
        type_name: type,
        current_state: upgraded.upgraded_state,
        private: entry.private,
      }),
    );
    const object = decodeValue(of, read.new_state) as ObjectValue | null;
    return object === null ? undefined : { ...entry, object, private: read.private };
  }

  /** @param kept what goes along from the plan before, where that asks for a replacement */
  async function planOnce(
    type: string,
    prior: StateEntry | undefined,
    config: ObjectValue,
    kept = prior?.private,
  ) {
    const attributes = attributesOf(schema, type);
    const of = typeOf(attributes);
    const answer = told(
      await client().call("PlanResourceChange", {
        type_name: type,
        prior_state: encodeValue(of, prior?.object ?? null),
        proposed_new_state: encodeValue(of, proposed(attributes, prior?.object, config)),
        config: encodeValue(of, config),
        prior_private: kept,
      }),
    );
    const planned = decodeValue(of, answer.planned_state) as ObjectValue;
    checkPlan(attributes, config, planned, `${type}.`);
    return { planned, replaces: answer.requires_replace?.length ?? 0, private: answer.planned_private };
  }

  async function applyOnce(
    change: PlannedChange,
    prior: StateEntry | undefined,
    config: ObjectValue | undefined,
  ) {
    const { name, type } = change;
    const attributes = attributesOf(schema, type);
    const of = typeOf(attributes);
    // Everything is known by now; the core plans again, and both plans must agree.
    const again = config && (await planOnce(type, prior, config));
    if (again && change.planned) checkAgrees(change.planned, again.planned, `${name} (planned again)`);
    const answer = await client().call("ApplyResourceChange", {
      type_name: type,
      prior_state: encodeValue(of, prior?.object ?? null),
      planned_state: encodeValue(of, again?.planned ?? null),
      config: encodeValue(of, config ?? null),
      planned_private: again ? again.private : prior?.private,
    });
    const object = decodeValue(of, answer.new_state) as ObjectValue | null;
    const isFailed = answer.diagnostics?.some(({ severity }) => severity === 1) === true;
    if (object === null) state.delete(name);
    else {
      if (again && !isFailed) checkApplied(again.planned, object, name);
      state.set(name, { type, object, private: answer.private, isTainted: isFailed && !prior });
    }
    told(answer);
  }

  return {
    state,
    transcript,
    refresh,
    force: (name) => void forced.add(name),

    async configure(config) {
      const of = typeOf(schema.provider?.block?.attributes);
      const wire = encodeValue(of, conform(of, config));
      told(await client().call("ValidateProviderConfig", { config: wire }));
      told(await client().call("ConfigureProvider", { config: wire, terraform_version: version }));
    },

    async plan(name, type, given) {
      const prior = await refresh(name);
      const attributes = attributesOf(schema, type);
      const of = typeOf(attributes);
      if (!given) return { name, type, config: undefined, action: "delete", prior, planned: undefined };
      const config = conform(of, given) as ObjectValue;
      const wire = encodeValue(of, config);
      const client_capabilities = { write_only_attributes_allowed: true };
      told(
        await client().call("ValidateResourceConfig", { type_name: type, config: wire, client_capabilities }),
      );
      const first = prior?.isTainted ? undefined : await planOnce(type, prior, config);
      const isReplaced =
        prior !== undefined && (first === undefined || first.replaces > 0 || forced.has(name));
      const { planned } =
        isReplaced || !first ? await planOnce(type, undefined, config, first?.private) : first;
      transcript.push(JSON.stringify(shown(attributes, planned)));
      const isSame = prior && !isReplaced && isEqual(prior.object, planned);
      const action = !prior ? "create" : isReplaced ? "replace" : isSame ? "none" : "update";
      return { name, type, config, action, prior, planned };
    },

    async replan(name, config) {
      const entry = state.get(name);
      if (!entry) throw new Error(`No ${name}`);
      const of = typeOf(attributesOf(schema, entry.type));
      return (await planOnce(entry.type, entry, conform(of, config) as ObjectValue)).planned;
    },

    async look(type, given) {
      const of = typeOf(schema.data_source_schemas?.[type]?.block?.attributes);
      const request = { type_name: type, config: encodeValue(of, conform(of, given)) };
      told(await client().call("ValidateDataResourceConfig", request));
      const { state: answer } = told(await client().call("ReadDataSource", request));
      return decodeValue(of, answer) as ObjectValue;
    },

    adopt(name, type, imported) {
      const object = decodeValue(typeOf(attributesOf(schema, type)), imported?.state) as ObjectValue;
      state.set(name, { type, object, private: imported?.private, isTainted: false });
    },

    async apply(change) {
      const { name, action, prior, config } = change;
      if (action === "none") {
        if (prior) state.set(name, prior);
        return;
      }
      if ((action === "replace" || action === "delete") && prior) await applyOnce(change, prior, undefined);
      if (action === "delete") return;
      await applyOnce(change, action === "replace" ? undefined : prior, config);
    },
  };
}

const attributesOf = (schema: Schema, type: string) =>
  schema.resource_schemas?.[type]?.block?.attributes ?? [];
