/** What the first run would do, as every other preview shows it. */

import { leftAlone } from "../../../provider/engine/left-alone.ts";
import { effectsOf } from "../../../provider/engine/record/effects.ts";
import { BridgeError } from "../../../provider/errors.ts";
import { executionOf } from "../../../provider/resources/execution.ts";
import { resources } from "../../../provider/resources/index.ts";
import type { Context, Properties } from "../../../provider/resources/resource.ts";
import { previewActions } from "../../../provider/resources/sync/engine/preview.ts";
import type { SecretSyncInputs } from "../../../provider/resources/sync/inputs.ts";
import { syncPart } from "../../report/json.ts";
import { type ListOptions, titled } from "../../report/key-lines.ts";
import { syncLines } from "../../report/sync-lines.ts";
import { named } from "../../review/named-projects.ts";
import { readFrom, reviewSync, type SyncReview } from "../../review/sync-review.ts";
import { projectNamesOf } from "../../stack/project-names.ts";
import type { DeclaredDocument } from "../declare/document.ts";

/** Stands for what is not known yet, which is nothing here. */
const UNKNOWN = Symbol("unknown");

export interface FirstRun {
  sync: SyncReview;
  warnings: string[];
}

/**
 * Reads both sides and writes nothing.
 *
 * @param connection what the connection would be deployed with
 * @throws BridgeError where a first run would be refused, too; in native execution also where the source instance does not
 * know Infisical Syncs, or has a connection or sync of that name
 */
export async function reviewFirstRun(
  connection: Properties,
  inputs: SecretSyncInputs,
  context: Context,
): Promise<FirstRun> {
  if (executionOf(inputs) === "native") await requireRoom(connection, inputs, context);
  const { plan } = await previewActions(inputs, undefined, context);
  const projects = await projectNamesOf([{ outputs: inputs }], context);
  const after = { ...inputs, keys: plan.keys, effects: effectsOf(plan) };
  return {
    sync: readFrom(
      context.config.host,
      named(reviewSync({ before: undefined, after: { inputs: after, outputs: {} } }), projects),
    ),
    warnings: [...leftAlone(plan), ...(plan.cautions ?? [])],
  };
}

async function requireRoom(
  connection: Properties,
  inputs: SecretSyncInputs,
  context: Context,
): Promise<void> {
  const checks = [
    await resources.connection.check(undefined, connection, context, UNKNOWN),
    await resources.secretSync.check(undefined, inputs, context, UNKNOWN),
  ];
  const failures = checks.flatMap((checked) => ("failures" in checked ? checked.failures : []));
  if (failures.length > 0) throw new BridgeError("rejected", failures);
}

export function firstRunText(name: string, { sync, warnings }: FirstRun, options: ListOptions): string {
  const { paint } = options;
  const lines = syncLines({ operation: "create", sync: partOf(sync) }, PREVIEW, options);
  const told = lines.length > 0 ? lines : ["nothing to do: the destination has all of the source already"];
  const warned = warnings.map((text) => `${paint("yellow", "warning:")} ${text}`);
  return titled(name, [...told, ...warned], paint).join("\n");
}

/** The same as the document has it. */
export const firstRunPart = (name: string, { sync, warnings }: FirstRun): DeclaredDocument["firstRun"] => ({
  name,
  ...partOf(sync),
  warnings,
});

const PREVIEW = { command: "preview", isPreview: true } as const;

const partOf = (sync: SyncReview) => syncPart(sync, { operation: "create", ...PREVIEW });
