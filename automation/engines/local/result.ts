/** What an operation leaves for its caller and for the history. */
import { arch, platform } from "node:os";
import type { OutputMap, UpResult } from "../engine.ts";
import { ROOT_TYPE } from "../urn.ts";
import { containsSecret, unwrapSecrets } from "../values.ts";
import type { OperationKind, OperationOutcome } from "./operation.ts";
import type { HistoryEntry, StackFiles } from "./state/backend.ts";
import { type StackConfig, toConfigMap } from "./state/config.ts";
import type { ResourceState } from "./state/deployment.ts";
import type { RawConfig } from "./state/stack-settings.ts";

export function outputsOf(resources: readonly ResourceState[]): OutputMap {
  const root = resources.find(({ type, delete: isDeleted }) => type === ROOT_TYPE && !isDeleted);
  return Object.fromEntries(
    Object.entries(root?.outputs ?? {}).map(([name, value]) => [
      name,
      { value: unwrapSecrets(value), secret: containsSecret(value) },
    ]),
  );
}

export async function summaryOf(
  files: StackFiles,
  kind: Exclude<OperationKind, "preview">,
  { events, startTime, endTime }: OperationOutcome,
  config: StackConfig,
  message: string,
): Promise<UpResult["summary"]> {
  return {
    kind,
    startTime,
    message,
    environment: environment(),
    config: toConfigMap(config),
    result: "succeeded",
    endTime,
    version: await files.countHistory(),
    resourceChanges: { ...events.changes },
  };
}

export function historyEntry(
  kind: Exclude<OperationKind, "preview">,
  { events, startTime, endTime, failure }: OperationOutcome,
  message: string,
  config: RawConfig,
): HistoryEntry {
  return {
    kind,
    startTime: seconds(startTime),
    message,
    environment: environment(),
    config,
    result: failure ? "failed" : "succeeded",
    endTime: seconds(endTime),
    resourceChanges: { ...events.changes },
  };
}

function environment(): Record<string, string> {
  return {
    "exec.kind": "local.engine",
    "runtime.name": "nodejs",
    "runtime.version": process.version,
    "pulumi.os": platform(),
    "pulumi.arch": arch(),
  };
}

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);
