/**
 * Runs stacks of secret syncs from a program, with the Pulumi CLI or without one. Two ways: the commands as functions
 * (`preview`, `up`, …), which answer with a document and throw for wrong options alone, and below them the engines, whose
 * operations reject with an {@link EngineError}.
 */

export type { DoctorDocument } from "./commands/doctor/document.ts";
export type { DriftDocument } from "./commands/drift/document.ts";
export type { RollbackDocument } from "./commands/rollback/document.ts";
export type { StatusDocument } from "./commands/status/document.ts";
export type { Validation } from "./commands/validate/document.ts";
export {
  type BoundPlan,
  type ConfigMap,
  type ConfigValue,
  type Deployment,
  type DestroyResult,
  type Diagnostic,
  type Engine,
  EngineError,
  type EngineErrorCode,
  type EngineEvent,
  type OperationOptions,
  type OutputMap,
  type PreviewResult,
  type PulumiFn,
  type RefreshResult,
  type StackHandle,
  type StackSource,
  type UpResult,
} from "./engines/engine.ts";
export { createLocalEngine } from "./engines/local/local-engine.ts";
export { findPulumiCli, installPulumiCli, type PulumiCli } from "./engines/pulumi-cli/find.ts";
export { createPulumiEngine } from "./engines/pulumi-cli/pulumi-engine.ts";
export {
  type CommandOptions,
  type DestroyOptions,
  type DriftOptions,
  destroy,
  doctor,
  drift,
  type PreviewOptions,
  preview,
  type RefreshOptions,
  type RollbackOptions,
  refresh,
  render,
  renderHtml,
  renderMarkdown,
  resume,
  rollback,
  type StatusOptions,
  status,
  type UpOptions,
  up,
  type ValidateOptions,
  validate,
} from "./programs.ts";
export type { ReportFormat } from "./report/formats.ts";
export type { ReportDocument } from "./report/json.ts";
export { createReview, type ResourceReview, type Review, type ReviewBuilder } from "./review/model.ts";
export type { Command } from "./review/operations.ts";
export type { PropertyChange } from "./review/property-changes.ts";
export type { KeyChange, KeyEffect as Effect, Place, SyncReview } from "./review/sync-review.ts";
export {
  type ChooseOptions,
  type ChosenEngine,
  chooseEngine,
  type EngineChoice,
} from "./stack/choose-engine.ts";
export { loadStack, type RunnableStack, type StackOptions } from "./stack/stack.ts";
export { loadSyncsFile, type SyncsFile, syncsJsonSchema } from "./stack/syncs-file.ts";
export { findTarget, type Target } from "./stack/target.ts";
