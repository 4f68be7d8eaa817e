/** What provides a stack's dynamic resources: the SDK's own process, or this one. */
import { markSecrets, type PropertyMap } from "../../values.ts";
import type { StackConfig } from "../state/config.ts";
import type { GrpcError } from "./sdk.ts";

interface CheckResult {
  inputs: PropertyMap;
  failures: { property: string; reason: string }[];
}
interface DiffResult {
  /** Undefined: the provider leaves it to the engine to compare inputs. */
  hasChanges: boolean | undefined;
  replaceKeys: string[];
  deleteBeforeReplace: boolean;
}
/** What came of a create or update; `initErrors` if it was made but does not work yet. */
export interface ApplyResult {
  id: string;
  outputs: PropertyMap;
  failure?: { message: string; initErrors: string[] };
}
export interface ReadResult {
  /** Empty: the resource is gone. */
  id: string;
  outputs: PropertyMap;
  inputs: PropertyMap | undefined;
}

/** Takes and gives properties with their secrets marked. */
export interface Provider {
  /** Starts the process while there is something else to wait for. */
  prepare(): void;
  check(urn: string, olds: PropertyMap, news: PropertyMap): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(urn: string, inputs: PropertyMap): Promise<ApplyResult>;
  update(request: UpdateRequest): Promise<ApplyResult>;
  read(urn: string, id: string, inputs: PropertyMap, outputs: PropertyMap): Promise<ReadResult>;
  delete(urn: string, id: string, inputs: PropertyMap, outputs: PropertyMap): Promise<void>;
  stop(): Promise<void>;
}
interface UpdateRequest {
  urn: string;
  id: string;
  oldOutputs: PropertyMap;
  newInputs: PropertyMap;
}
interface DiffRequest extends UpdateRequest {
  ignoreChanges: readonly string[];
}

export interface ProviderOptions {
  project: string;
  config: StackConfig;
  env: NodeJS.ProcessEnv;
  onLine(line: string, isError: boolean): void;
}

/** A creation or update that ended half-way. */
export interface HalfDone {
  id: string;
  properties: PropertyMap;
  reasons: string[];
}

export function halfDone(
  { id, properties, reasons }: HalfDone,
  error: unknown,
  marked: PropertyMap,
): ApplyResult {
  const failure = { message: listOf(reasons) ?? messageOf(error), initErrors: reasons };
  return { id, outputs: markSecrets(properties, marked), failure };
}

/** The process has ended, and with it all that it was to answer. */
export class ProviderGoneError extends Error {}

/** The reasons of a half-done creation or update, as the CLI lists them. */
function listOf(reasons: readonly string[]): string | undefined {
  if (reasons.length === 0) return undefined;
  const head = reasons.length === 1 ? "1 error" : `${reasons.length} errors`;
  return `${head} occurred:\n${reasons.map((reason) => `\t* ${reason}\n`).join("")}`;
}

/** What a failed call has to say. */
export function messageOf(error: unknown): string {
  const details = (error as Partial<GrpcError>).details;
  if (typeof details === "string" && details !== "") return details;
  return error instanceof Error ? error.message : String(error);
}
