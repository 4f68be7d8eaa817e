/** What a preview plans for one sync and its connection, by way of events as the engines send them. */
import type { EngineEvent } from "../../automation/engines/engine.ts";
import { createReview } from "../../automation/review/model.ts";
import type { PlannedResource } from "../../automation/review/planned.ts";

type Inputs = Record<string, unknown>;
type State = { inputs: Inputs; outputs?: Inputs } | undefined;

const PACKAGE = "pulumi-nodejs:dynamic/external-infisical";

export const CONNECTION = {
  name: "dr",
  instanceUrl: "https://dr.example.com",
  machineIdentityClientId: "7b8f93f6-77f8-4c33-b4e4-05d5f7255ba7",
  machineIdentityClientSecret: "[secret]",
};

export const SYNC = {
  name: "billing",
  description: "what it is for",
  projectId: "here",
  environment: "prod",
  secretPath: "/billing",
  connectionId: "5b0a6f4e",
  connectionName: "dr",
  instanceUrl: CONNECTION.instanceUrl,
  machineIdentityClientId: CONNECTION.machineIdentityClientId,
  machineIdentityClientSecret: "[secret]",
  destinationConfig: { projectId: "there", environment: "prod", secretPath: "/billing" },
  syncOptions: { initialSyncBehavior: "overwrite-destination" },
  keys: { A: "1@aaaaaaaa", B: "1@bbbbbbbb" },
};

/** One step on a resource of ours. */
export function step(
  kind: "Connection" | "SecretSync",
  op: string,
  before: State,
  after: State,
): EngineEvent {
  const type = `${PACKAGE}:ExternalInfisical${kind}`;
  const urn = `urn:pulumi:dev::demo::${type}::${kind === "Connection" ? "dr" : "billing"}`;
  const side = (state: State) => state && { type, urn, outputs: {}, ...state };
  const metadata = { op, urn, type, old: side(before), new: side(after), provider: "" };
  return {
    sequence: 0,
    timestamp: 0,
    resourcePreEvent: { metadata, planning: true },
  } as unknown as EngineEvent;
}

/** A line that the provider has told. */
export const tell = (message: string): EngineEvent => ({
  sequence: 0,
  timestamp: 0,
  diagnosticEvent: { message, severity: "info", color: "never" },
});

export function plannedOf(...events: EngineEvent[]): PlannedResource[] {
  const builder = createReview("preview");
  for (const event of events) builder.add(event);
  return builder.planned();
}

/** The plan of a sync alone: made new without a `before`, deleted without an `after`. */
export const plannedSync = (before: State, after: State): PlannedResource[] =>
  plannedOf(step("SecretSync", before ? (after ? "update" : "delete") : "create", before, after));
