/** What an operation does or did, made from the engine's events; console and JSON both show this. */
import { goneText } from "../../provider/engine/gone-folders.ts";
import {
  keptIn,
  parseWarning,
  parseWritten,
  projectsIn,
  saysNothingWritten,
} from "../../provider/engine/record/progress.ts";
import { oneLine } from "../../provider/printable.ts";
import type { Diagnostic, EngineEvent } from "../engines/engine.ts";
import { plainText } from "../engines/plain-text.ts";
import { isProviderType, ROOT_TYPE, resourceName } from "../engines/urn.ts";
import { adoption, operationOf } from "./adoption.ts";
import type { NamedProjects } from "./named-projects.ts";
import type { Command } from "./operations.ts";
import { type PlannedResource, plannedResources } from "./planned.ts";
import type { PolicyViolation } from "./policy-violation.ts";
import { changedProperties, type PropertyChange } from "./property-changes.ts";
import { isOurType, isSyncType, reviewFailure, reviewSync, type SyncReview, spared } from "./sync-review.ts";
import { createWriters, isOfReplaced, nameOf, type StepMetadata, type Writers } from "./writers.ts";

/** One resource of the stack. */
export interface ResourceReview {
  urn: string;
  type: string;
  name: string;
  parent: string;
  /** `create`, `update`, `delete`, `replace`, `same`, `refresh`, … */
  operation: string;
  status: "planned" | "running" | "done" | "failed";
  properties: PropertyChange[];
  sync?: SyncReview;
}

/** A whole operation. */
export interface Review {
  command: Command;
  isPreview: boolean;
  resources: ResourceReview[];
  /** Resources by operation. */
  changes: Record<string, number>;
  diagnostics: Diagnostic[];
  /** What the engine's own policy packs have found. */
  policies: PolicyViolation[];
  result: "succeeded" | "failed";
  durationSeconds: number;
  /** URNs of the only resources that were looked at; undefined for all. */
  targets?: readonly string[] | undefined;
  /** Base URL of the source instance, where it is known. */
  sourceUrl?: string | undefined;
  /** URNs of what a file declares, in its order. */
  order?: readonly string[] | undefined;
  /** Names of projects, as far as they were looked up. */
  projects?: NamedProjects;
}

/** A review that grows with the events of a running operation. */
export interface ReviewBuilder {
  add(event: EngineEvent): void;
  /** The resource that an event was about last, for progress. */
  readonly current: ResourceReview | undefined;
  finish(): Review;
  /** What the operation is about to do, as plan files hold it and policies judge it. */
  planned(): PlannedResource[];
}

/** The commands that write what the sync's review announces. */
const WRITES: ReadonlySet<Command> = new Set(["up", "destroy"]);

/** Says nothing about the user's stack. */
const NOISE = /^using pulumi-(?:resource|language)-\S+ from \$PATH/;
/** Which resource it is, a diagnostic's URN says already. */
const CHECK_PREFIX = /^\S+ resource '[^']*' has a problem: /;
const SEVERITIES: ReadonlySet<string> = new Set(["info", "info#err", "warning", "error"]);

/**
 * @param clean takes out of the values of settings what is not to be shown
 * @param targets the only resources that the operation looks at; it is told of no others, see {@link isOfTargets}
 * @param startedAt when the user began to wait, in milliseconds since 1970
 */
export function createReview(
  command: Command,
  clean: (text: string) => string = (text) => text,
  targets?: readonly string[],
  startedAt = Date.now(),
): ReviewBuilder {
  const resources = new Map<string, ResourceReview>();
  /** The steps as they began; a refresh is none that plans. */
  const steps = new Map<string, StepMetadata>();
  const writers = createWriters();
  const diagnostics: Diagnostic[] = [];
  let current: ResourceReview | undefined;
  const policies = new Map<string, PolicyViolation>();
  const projects = new Map<string, NamedProjects[number]>();
  const keptBy = new Map<string, number>();
  let summary: EngineEvent["summaryEvent"];

  const note = (metadata: StepMetadata, status: ResourceReview["status"]) => {
    if (isProviderType(metadata.type)) return;
    writers.add(metadata);
    const name = nameOf(metadata);
    const before = resources.get(name);
    // The stack's outputs come at the end, as a second event.
    const isLess = metadata.op === "same" && before !== undefined && before.operation !== "refresh";
    current = isLess ? { ...before, status } : resourceOf(metadata, status, clean);
    if (status === "failed" && WRITES.has(command) && current.sync)
      current.sync = reviewFailure(before?.sync ?? current.sync, statesOf(metadata));
    resources.set(name, current);
  };

  const withKept = (resource: ResourceReview): ResourceReview => {
    const kept = keptBy.get(oneLine(String(steps.get(resource.urn)?.new?.inputs["name"])));
    return resource.sync && kept ? { ...resource, sync: { ...resource.sync, kept } } : resource;
  };

  return {
    add(event) {
      const { resourcePreEvent, resOutputsEvent } = event;
      if (resourcePreEvent) {
        const { metadata, planning } = resourcePreEvent;
        note(metadata, planning ? "planned" : "running");
        if (metadata.op !== "refresh") steps.set(nameOf(metadata), metadata);
      }
      if (resOutputsEvent) note(resOutputsEvent.metadata, resOutputsEvent.planning ? "planned" : "done");
      if (event.resOpFailedEvent) note(event.resOpFailedEvent.metadata, "failed");
      if (event.policyEvent) {
        const violation = violationOf(event.policyEvent);
        policies.set(JSON.stringify(violation), violation);
      }
      if (event.summaryEvent) summary = event.summaryEvent;
      const { diagnosticEvent } = event;
      if (!diagnosticEvent || !SEVERITIES.has(diagnosticEvent.severity)) return;
      const message = plainText(diagnosticEvent.message).replace(CHECK_PREFIX, "");
      // How far it had come says nothing any more when it has ended.
      if (message === "" || NOISE.test(message) || parseWritten(message)) return;
      // What else it tells, the keys do.
      const planned = projectsIn(message);
      for (const project of planned ?? []) projects.set(JSON.stringify(project), project);
      const kept = keptIn(message);
      if (kept) keptBy.set(kept.name, kept.kept);
      if (planned) return;
      const { urn } = diagnosticEvent;
      const warning = parseWarning(message);
      const severity = warning === undefined ? diagnosticEvent.severity : "warning";
      diagnostics.push({ severity, message: warning ?? message, ...(urn ? { urn } : {}) });
    },
    planned: () =>
      plannedResources(steps, writers, {
        messages: diagnostics.map(({ message }) => message),
        projects: [...projects.values()],
      }),
    get current() {
      return current;
    },
    finish() {
      const told = toldOf(resources, writers);
      const isGone = goneLinesOf(told);
      const remarks = diagnostics.filter((each) => !isGone(each));
      return {
        command,
        isPreview: command === "preview",
        resources: told.map((resource) => withKept(atTheEnd(resource, remarks))),
        ...(targets && { targets }),
        changes:
          summary?.resourceChanges && !targets ? asImports(summary.resourceChanges, told) : countOf(told),
        diagnostics: remarks,
        policies: [...policies.values()],
        projects: [...projects.values()],
        result: diagnostics.some(({ severity }) => severity === "error") ? "failed" : "succeeded",
        // Of the whole operation: what an engine tells is less its own start.
        durationSeconds: Math.round((Date.now() - startedAt) / 1000),
      };
    },
  };
}

/** What a provider tells of folders that are gone is told with the keys of the sync, where these are known. */
function goneLinesOf(resources: readonly ResourceReview[]): (diagnostic: Diagnostic) => boolean {
  const folders = new Map(resources.map(({ urn, sync }) => [urn, sync?.goneFolders ?? []]));
  return ({ urn = "", message }) =>
    folders.get(urn)?.some((folder) => message.endsWith(`: ${goneText(folder)}`)) ?? false;
}

/** Engines tell of all resources, also of those that are no targets, and nothing is known of them. */
export function isOfTargets(event: EngineEvent, targets: ReadonlySet<string> | undefined): boolean {
  const step = event.resourcePreEvent ?? event.resOutputsEvent ?? event.resOpFailedEvent;
  if (!targets || !step) return true;
  return targets.has(step.metadata.urn) || step.metadata.type === ROOT_TYPE;
}

/** True if an operation changes, or has changed, a resource. */
export function hasChanges(changes: Readonly<Record<string, number>>): boolean {
  return Object.entries(changes).some(
    ([operation, count]) => !["same", "read", "refresh"].includes(operation) && count > 0,
  );
}

/** A finding of a Pulumi policy pack, as those of our own rules are told. */
function violationOf({
  policyPackName,
  policyName,
  enforcementLevel,
  resourceUrn = "",
  message,
}: NonNullable<EngineEvent["policyEvent"]>): PolicyViolation {
  return {
    rule: `${policyPackName}/${policyName}`,
    enforcement: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
    sync: resourceName(resourceUrn),
    message: plainText(message),
  };
}

function resourceOf(
  metadata: StepMetadata,
  status: ResourceReview["status"],
  clean: (text: string) => string,
): ResourceReview {
  const { urn, type, op, old, new: new_ } = metadata;
  const step = { type, op, new: new_ ?? undefined };
  return {
    urn,
    type,
    name: resourceName(urn),
    parent: (new_ ?? old)?.parent ?? "",
    operation: isOfReplaced(metadata) ? "delete" : operationOf(step),
    status,
    properties: adoption(step) ?? changedProperties(metadata, clean),
    ...(isSyncType(type) && { sync: reviewSync(statesOf(metadata)) }),
  };
}

/** The engine counts what is taken over among what it creates. */
function asImports(
  counted: Readonly<Record<string, number>>,
  resources: Iterable<ResourceReview>,
): Record<string, number> {
  const { create = 0, import: imported = 0, ...others } = counted;
  const adopted = [...resources].filter(
    ({ operation, status, type }) => operation === "import" && isOurType(type) && status !== "failed",
  ).length;
  const counts = { create: create - adopted, import: imported + adopted };
  return { ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)), ...others };
}

const statesOf = ({ old, new: new_ }: StepMetadata) => ({
  before: old ?? undefined,
  after: new_ ?? undefined,
});

/**
 * Deletions with what they really take away. What a replacement deletes is a line of its own where it takes keys away, or
 * has not ended.
 */
function toldOf(resources: ReadonlyMap<string, ResourceReview>, writers: Writers): ResourceReview[] {
  return [...resources].flatMap(([name, resource]) => {
    const { urn, status, sync } = resource;
    const told = sync && writers.spares(name) ? { ...resource, sync: spared(sync) } : resource;
    const isPart = name !== urn && resources.has(urn);
    const isQuiet = (status === "planned" || status === "done") && !(told.sync && takesAway(told.sync));
    return isPart && isQuiet ? [] : [told];
  });
}

const takesAway = ({ changes, isBlind }: SyncReview): boolean => changes.length > 0 || isBlind === true;

/** With what became of a sync that has failed, or has never ended. */
function atTheEnd(resource: ResourceReview, diagnostics: readonly Diagnostic[]): ResourceReview {
  const { status, sync, urn } = resource;
  if (!sync || (status !== "running" && sync.outcome !== "unknown")) return resource;
  const isUntouched = diagnostics.some((told) => told.urn === urn && saysNothingWritten(told.message));
  return { ...resource, sync: { ...sync, outcome: isUntouched ? "none" : "unknown" } };
}

function countOf(resources: Iterable<ResourceReview>): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { operation, status } of resources) {
    if (status !== "failed" && status !== "running") counts.set(operation, (counts.get(operation) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
