/** The calls about resources: values and private data in and out, errors as diagnostics. */
import { BridgeError } from "../errors.ts";
import { lookUp } from "../look-up.ts";
import { bridgedMessage, diagnosticMessage, type Problem, pathMessage, problemsOf } from "./diagnostics.ts";
import {
  type ApplyContext,
  type CallContext,
  idOf,
  type Kept,
  kept,
  type ManagedResource,
  type Planned,
  replacedId,
} from "./managed-resource.ts";
import { parseExactly } from "./number.ts";
import { plannedFrom } from "./planned.ts";
import type { Message } from "./protocol.ts";
import { type Attributes, objectIn, objectType } from "./schema.ts";
import type { Handlers } from "./server.ts";
import { conform, decodeValue, encodeValue, type ObjectValue } from "./value.ts";

type ResourceCalls = Pick<
  Handlers,
  | "ValidateResourceConfig"
  | "UpgradeResourceState"
  | "ReadResource"
  | "PlanResourceChange"
  | "ApplyResourceChange"
  | "ImportResourceState"
>;

/** The version of the state that this code writes. A change of the attributes' meaning raises it. */
const STATE_VERSION = 0;

export function createResourceCalls(
  resources: Readonly<Record<string, ManagedResource>>,
  context: () => CallContext,
  /** Is told of each id that stands in the tool's state. */
  onRecord: (id: string) => void,
): ResourceCalls {
  const resourceOf = (name: string | undefined): ManagedResource => {
    const resource = lookUp(resources, name ?? "");
    if (!resource) throw new Error(`This provider has no resource ${name ?? "without a name"}.`);
    return resource;
  };

  const message = (problem: Problem) => (context().isBridged ? bridgedMessage : diagnosticMessage)(problem);

  /** Runs a call; an error is told beside what stays as it was. */
  async function diagnosing<T extends { diagnostics?: readonly Message<"Diagnostic">[] | undefined }>(
    { attributes, pathOf }: ManagedResource,
    otherwise: T,
    run: () => Promise<T>,
  ): Promise<T> {
    try {
      return await run();
    } catch (error) {
      return { ...otherwise, diagnostics: problemsOf(error, attributes, pathOf).map(message) };
    }
  }

  return {
    async ValidateResourceConfig(request) {
      const resource = resourceOf(request.type_name);
      const config = decodeObject(resource.attributes, request.config) ?? {};
      const writesOnly = Object.entries(resource.attributes).filter(
        ([name, { isWriteOnly }]) => isWriteOnly && lookUp(config, name) !== null,
      );
      const isTooOld = request.client_capabilities?.write_only_attributes_allowed !== true;
      const refused = isTooOld ? writesOnly.map(([name]) => needsNewer(name)) : [];
      return { diagnostics: [...resource.validate(config), ...refused].map(message) };
    },

    async UpgradeResourceState(request) {
      const { attributes, upgrade } = resourceOf(request.type_name);
      if ((request.version ?? 0) > STATE_VERSION) return { diagnostics: [message(tooNew(request.version))] };
      // Versions until now differ by attributes that were added, and what is gone is dropped.
      const raw = parseExactly(Buffer.from(request.raw_state?.json ?? []).toString("utf8"));
      const type = objectType(attributes);
      const state = objectIn(conform(type, raw));
      // Every run asks this of every resource, and nothing else of one that is tainted.
      const id = idOf(state);
      if (id !== undefined) onRecord(id);
      return { upgraded_state: encodeValue(type, state ? (upgrade?.(state) ?? state) : null) };
    },

    async ReadResource(request) {
      const resource = resourceOf(request.type_name);
      const { attributes } = resource;
      const state = decodeObject(attributes, request.current_state);
      return diagnosing<Message<"ReadResourceResponse">>(
        resource,
        { new_state: request.current_state, private: request.private },
        async () => {
          if (!state) return { new_state: request.current_state };
          const standing = await resource.read(state, keptIn(request.private), context());
          return {
            new_state: encodeObject(attributes, standing.state),
            private: keptBytes(standing.kept),
            diagnostics: standing.problems?.map(message),
          };
        },
      );
    },

    async PlanResourceChange(request) {
      const resource = resourceOf(request.type_name);
      const { attributes } = resource;
      const prior = decodeObject(attributes, request.prior_state);
      const config = decodeObject(attributes, request.config);
      const proposed = decodeObject(attributes, request.proposed_new_state);
      const kept = keptIn(request.prior_private);
      return diagnosing<Message<"PlanResourceChangeResponse">>(resource, {}, async () => {
        if (!proposed || !config)
          return { planned_state: request.proposed_new_state, planned_private: request.prior_private };
        const planned = plannedFrom(attributes, prior, config);
        const replaced = prior ? undefined : replacedId(kept);
        if (replaced !== undefined) context().shared.objects.makeRoom(replaced);
        const answer = await resource.plan({ prior, config, planned, kept }, context());
        // What was imported is planned, and made, as what is new.
        if (!kept.isImported) await keepUnlessReplaced(resource, prior, answer, context());
        return {
          planned_state: encodeObject(attributes, answer.planned),
          requires_replace: answer.replaces?.map(pathMessage),
          planned_private: keptBytes(answer.kept ?? kept),
          diagnostics: answer.problems?.map(message),
        };
      });
    },

    async ApplyResourceChange(request) {
      const resource = resourceOf(request.type_name);
      const { attributes } = resource;
      const input = {
        prior: decodeObject(attributes, request.prior_state),
        planned: decodeObject(attributes, request.planned_state),
        config: decodeObject(attributes, request.config),
        kept: keptIn(request.planned_private),
      };
      return diagnosing<Message<"ApplyResourceChangeResponse">>(
        resource,
        { new_state: request.prior_state, private: request.planned_private },
        async () => {
          const standing = await resource.apply(input, configured(context()));
          return {
            new_state: encodeObject(attributes, standing.state),
            private: keptBytes(standing.kept),
            diagnostics: problemsIn(standing, resource).map(message),
          };
        },
      );
    },

    async ImportResourceState(request) {
      const resource = resourceOf(request.type_name);
      return diagnosing<Message<"ImportResourceStateResponse">>(resource, {}, async () => {
        const { state, kept, problems } = await resource.importState(request.id ?? "", configured(context()));
        return {
          diagnostics: problems?.map(message),
          imported_resources: [
            {
              type_name: request.type_name,
              state: encodeObject(resource.attributes, state),
              private: keptBytes(kept),
            },
          ],
        };
      });
    },
  };
}

/** What a plan leaves in its place; Pulumi's bridge may replace it all the same, and does not say so. */
async function keepUnlessReplaced(
  resource: ManagedResource,
  prior: ObjectValue | undefined,
  { planned, replaces }: Planned,
  { config, isBridged, ...context }: CallContext,
): Promise<void> {
  const id = idOf(prior);
  if (id === undefined || replaces?.length || isBridged || !config) return;
  await resource.keep(id, planned, { ...context, config });
}

function problemsIn(
  { failure, problems = [] }: { failure?: unknown; problems?: readonly Problem[] },
  { attributes, pathOf }: ManagedResource,
): readonly Problem[] {
  return failure === undefined ? problems : [...problems, ...problemsOf(failure, attributes, pathOf)];
}

const decodeObject = (
  attributes: Attributes,
  wire: Message<"DynamicValue"> | undefined,
): ObjectValue | undefined => objectIn(decodeValue(objectType(attributes), wire));

const encodeObject = (attributes: Attributes, value: ObjectValue | undefined) =>
  encodeValue(objectType(attributes), value ?? null);

function keptIn(bytes: Uint8Array | undefined): Kept {
  if (!bytes?.length) return { outputs: {} };
  const parsed = kept.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  if (parsed.success) return parsed.data;
  throw new BridgeError("unreadable-state", "The private data of this resource cannot be read.", {
    hint: "Use the version of the provider that wrote it.",
  });
}

/** One text for one content: Terraform takes other bytes for a change of the resource, and `-refresh-only` tells it. */
const keptBytes = (kept: Kept): Uint8Array => Buffer.from(JSON.stringify(kept, inOrder));

function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function configured(context: CallContext): ApplyContext {
  const { config } = context;
  if (!config) throw new Error("The provider's configuration is not known yet.");
  return { ...context, config };
}

const needsNewer = (name: string): Problem => ({
  severity: "error",
  summary: "Write-only arguments are not supported",
  detail: `${name} needs Terraform 1.11 or OpenTofu 1.11.`,
  path: [name],
});

const tooNew = (version: number | undefined): Problem => ({
  severity: "error",
  summary: "State of a newer version",
  detail: `The state has version ${version}; this provider knows versions up to ${STATE_VERSION}. Use the version that wrote it.`,
});
