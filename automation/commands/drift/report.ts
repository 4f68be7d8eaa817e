/** Drift as the reports show an operation: what the next deployment would do about it. */
import { parseEffect } from "../../../provider/engine/record/effects.ts";
import type { Diagnostic } from "../../engines/engine.ts";
import { type ReportDocument, reviewPart } from "../../report/json.ts";
import type { ResourceReview } from "../../review/model.ts";
import type { KeyChange, KeyEffect } from "../../review/sync-review.ts";
import type { DriftDocument, KeyPart, LookPart, Moved } from "./document.ts";
import { whatHappened } from "./text.ts";

/** @param document redacted, as all that is made from it */
export function driftReport(document: DriftDocument): ReportDocument {
  const { result, exitCode, checkedAt, engine, project, stack, error, syncs } = document;
  const drifted = syncs.filter(({ status }) => status === "drifted");
  const part = reviewPart({
    command: "preview",
    isPreview: result !== "repaired",
    resources: syncs.map(reviewOf),
    changes: { update: drifted.length },
    diagnostics: syncs.flatMap(diagnosticsOf),
    policies: [],
    result: result === "failed" ? "failed" : "succeeded",
    durationSeconds: 0,
  });
  return {
    ...part,
    resources: part.resources.map((resource) => withReasons(resource, syncs)),
    version: 1,
    command: "drift",
    madeAt: checkedAt,
    ...(engine && { engine }),
    ...(project !== undefined && { project }),
    ...(stack !== undefined && { stack }),
    result: result === "failed" ? "failed" : "succeeded",
    exitCode,
    hasChanges: drifted.length > 0,
    policies: [],
    ...(error && { error }),
  };
}

function reviewOf(look: LookPart): ResourceReview {
  const { urn, resource, source, destination, keys, status, paused, goneFolders } = look;
  return {
    urn,
    type: urn.split("::")[2] ?? "",
    name: resource,
    parent: "",
    operation: status === "drifted" ? "update" : "same",
    status: status === "failed" ? "failed" : "planned",
    properties: look.arguments.map(({ argument, instance, declared }) => ({
      path: argument,
      kind: "update",
      ...(instance !== undefined && { before: instance }),
      ...(declared !== undefined && { after: declared }),
    })),
    sync: {
      ...(source && { source }),
      ...(destination && { destination }),
      ...(paused && { paused }),
      ...(goneFolders && { goneFolders }),
      changes: keys.flatMap(changeOf),
      effects: keys.flatMap(effectOf),
      isUnknown: status === "unreadable",
      unchanged: 0,
    },
  };
}

/** What an effect tells is told by it alone; what is only taken note of is no change. */
function changeOf({ key, repair, effect, sourceRevision, destinationRevision }: KeyPart): KeyChange[] {
  if (repair !== "create" && repair !== "update" && repair !== "delete") return [];
  if (effect !== undefined && repair === "delete") return [];
  return [
    {
      key,
      action: repair,
      ...(repair !== "delete" && sourceRevision !== undefined && { after: sourceRevision }),
      ...(destinationRevision !== undefined && { destination: destinationRevision }),
    },
  ];
}

const effectOf = ({ key, effect }: KeyPart): KeyEffect[] =>
  effect === undefined ? [] : [{ key, ...parseEffect(effect) }];

/** Why is what happened on either side; whose a key is, its action and its sign say. */
function withReasons(
  resource: ReportDocument["resources"][number],
  syncs: readonly LookPart[],
): ReportDocument["resources"][number] {
  const { sync, urn } = resource;
  if (!sync) return resource;
  const drifted = new Map(syncs.find((look) => look.urn === urn)?.keys.map((key) => [key.key, key]));
  const keys = sync.keys.map((entry) => {
    const key = drifted.get(entry.key);
    return key ? { ...entry, why: whatHappened(key) } : entry;
  });
  return { ...resource, sync: { ...sync, keys } };
}

const MOVED: Record<Moved, string> = {
  source: "Only the source has changed: a deployment is due.",
  destination: "The destination is not as the last deployment left it.",
  both: "The source has changed, and the destination is not as the last deployment left it.",
};

function diagnosticsOf({ urn, error, refusal, warnings, moved }: LookPart): Diagnostic[] {
  return [
    ...(moved === undefined ? [] : [{ severity: "info" as const, message: MOVED[moved], urn }]),
    ...(error ? [{ severity: "error" as const, message: error.message, urn }] : []),
    ...(refusal
      ? [{ severity: "warning" as const, message: `A run would be refused: ${refusal.message}`, urn }]
      : []),
    ...warnings.map((message) => ({ severity: "warning" as const, message, urn })),
  ];
}
