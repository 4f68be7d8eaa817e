/** What an operation tells while it runs: the engine events of Pulumi's event log, and their counts. */
import { stripVTControlCharacters } from "node:util";
import { createRedactor } from "../../../../provider/redaction/redactor.ts";
import type { Diagnostic, EngineEvent } from "../../engine.ts";
import { isProviderType } from "../../urn.ts";
import { maskSecrets } from "../../values.ts";
import type { StackConfig } from "../state/config.ts";
import type { ResourceState } from "../state/deployment.ts";
import type { DetailedDiff } from "./diff.ts";

export type StepOp =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "refresh"
  | "remove-pending-replace";

/** One thing that is done to one resource. */
export interface Step {
  op: StepOp;
  old?: ResourceState | undefined;
  new?: ResourceState | undefined;
  /** What asks for the replacement. */
  keys?: readonly string[];
  /** Top-level names of what changes. */
  diffs?: readonly string[];
  detailedDiff?: DetailedDiff | undefined;
  /** Part of a larger step, which is the one that counts. */
  isPartial?: boolean;
  /** Not asked for by the program. It counts if the operation is a refresh. */
  isRefresh?: boolean;
  /** What a failure leaves behind. */
  status?: "clean" | "partial" | "unknown";
}

export interface Events {
  readonly diagnostics: readonly Diagnostic[];
  /** Counts by operation. */
  readonly changes: Readonly<Record<string, number>>;
  readonly hasErrors: boolean;
  readonly stdout: string;
  readonly stderr: string;
  prelude(): void;
  begin(step: Step): void;
  /** The step is done; `isShown` is false where its outputs come later. */
  end(step: Step, isShown?: boolean): void;
  /** The outputs of a component, or of the stack. */
  outputs(step: Step): void;
  fail(step: Step): void;
  diagnose(severity: Diagnostic["severity"], message: string, urn?: string): void;
  summary(result: "succeeded" | "failed", startTime: Date): void;
}

interface Sinks {
  onEvent?: ((event: EngineEvent) => void) | undefined;
  onOutput?: ((text: string) => void) | undefined;
}

export function createEvents(isPreview: boolean, config: StackConfig, sinks: Sinks): Events {
  const diagnostics: Diagnostic[] = [];
  const changes: Record<string, number> = {};
  const output = { stdout: "", stderr: "" };
  const redactor = redactorOf(config);
  let sequence = 0;
  let maybeCorrupt = false;

  const emit = (body: object) => {
    const event = { sequence: sequence++, timestamp: Math.floor(Date.now() / 1000), ...body };
    sinks.onEvent?.(event);
  };
  const emitStep = (kind: string, step: Step, more: object = {}) =>
    emit({ [kind]: { metadata: metadataOf(step), ...(isPreview && { planning: true }), ...more } });

  return {
    diagnostics,
    changes,
    get hasErrors() {
      return diagnostics.some(({ severity }) => severity === "error");
    },
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    prelude() {
      const shown = [...config.values].map(([key, value]) => [
        key,
        config.secretKeys.has(key) ? "[secret]" : value,
      ]);
      emit({ preludeEvent: { config: Object.fromEntries(shown) } });
    },
    begin: (step) => emitStep("resourcePreEvent", step),
    end(step, isShown = true) {
      const type = (step.new ?? step.old)?.type ?? "";
      const isCounted = !step.isPartial && (!step.isRefresh || step.op !== "refresh");
      if (isCounted && !isProviderType(type)) changes[step.op] = (changes[step.op] ?? 0) + 1;
      if (isShown) emitStep("resOutputsEvent", step);
    },
    outputs: (step) => emitStep("resOutputsEvent", step),
    fail(step) {
      const status = STATUS[step.status ?? "clean"];
      const steps = Object.values(changes).reduce((sum, count) => sum + count, 0);
      maybeCorrupt ||= step.status === "unknown";
      emitStep("resOpFailedEvent", step, { status, steps });
    },
    diagnose(severity, text, urn) {
      const message = redactor.clean(stripVTControlCharacters(text));
      diagnostics.push({ severity, message, ...(urn ? { urn } : {}) });
      const prefix = severity === "error" || severity === "warning" ? `${severity}: ` : "";
      emit({
        diagnosticEvent: {
          ...(urn ? { urn } : {}),
          ...(prefix && { prefix }),
          message: `${message}\n`,
          color: "never",
          severity,
        },
      });
      const line = `${prefix}${message}\n`;
      output[severity === "error" ? "stderr" : "stdout"] += line;
      sinks.onOutput?.(line);
    },
    summary(result, startTime) {
      emit({
        summaryEvent: {
          maybeCorrupt,
          durationSeconds: Math.round((Date.now() - startTime.getTime()) / 1000),
          resourceChanges: { ...changes },
          PolicyPacks: {},
          isPreview,
          result,
        },
      });
      emit({ cancelEvent: {} });
    },
  };
}

const STATUS = { clean: 0, partial: 1, unknown: 2 };

function metadataOf(step: Step): object {
  const subject = step.new ?? step.old;
  return {
    op: step.op,
    urn: subject?.urn ?? "",
    type: subject?.type ?? "",
    old: sideOf(step.old),
    new: sideOf(step.new),
    ...(step.keys?.length && { keys: step.keys }),
    ...(step.diffs?.length && { diffs: step.diffs }),
    detailedDiff: step.detailedDiff ?? null,
    ...(!step.isPartial && !step.isRefresh && { logical: true }),
    provider: subject?.provider ?? "",
  };
}

function sideOf(state: ResourceState | undefined): object | null {
  if (!state) return null;
  return {
    type: state.type,
    urn: state.urn,
    ...(state.custom && { custom: true }),
    ...(state.delete && { delete: true }),
    id: state.id ?? "",
    parent: state.parent ?? "",
    ...(state.protect && { protect: true }),
    ...(state.retainOnDelete && { retainOnDelete: true }),
    inputs: maskSecrets(state.inputs ?? {}),
    outputs: maskSecrets(state.outputs ?? {}),
    provider: state.provider ?? "",
    ...(state.initErrors?.length && { initErrors: state.initErrors }),
  };
}

/** Secrets of the configuration are cut out of all messages, as the CLI does. */
function redactorOf({ secretKeys, values }: StackConfig) {
  const redactor = createRedactor();
  for (const key of secretKeys) redactor.add(values.get(key) ?? "");
  return redactor;
}
