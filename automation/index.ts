/** Runs stacks of secret syncs from a program, with the Pulumi CLI or without one. */
export {
  type ChooseOptions,
  type ChosenEngine,
  chooseEngine,
  type EngineChoice,
} from "./engines/choose.ts";
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
export { createPulumiEngine } from "./engines/pulumi-cli.ts";
export { createReview, type ResourceReview, type Review, type ReviewBuilder } from "./report/model.ts";
export type { Command } from "./report/operations.ts";
export type { PropertyChange } from "./report/property-changes.ts";
export type { Effect, KeyChange, Place, SyncReview } from "./report/sync-review.ts";
export { loadStack, type RunnableStack, type StackOptions } from "./stack.ts";
export { loadSyncsFile, type SyncsFile, syncsJsonSchema } from "./syncs-file.ts";
export { findTarget, type Target } from "./target.ts";
