/** What the options of a sync do not allow. */

import type { Change, Plan } from "../plan.ts";
import { some } from "../shortened.ts";
import type { GuardInput, Problem } from "./input.ts";

export function emptySource({ plan, options }: GuardInput): Problem[] {
  if (plan.sourceSize > 0 || plan.counts.delete === 0 || options.allowEmptySource) return [];
  return [
    {
      code: "empty-source",
      path: "secretPath",
      text: `The source folder holds no secrets; the run would delete ${plan.counts.delete} of ${plan.destinationSize} keys at the destination.`,
      hint: "Check the source folder, or set syncOptions.allowEmptySource.",
    },
  ];
}

export function tooManyDeletes({ plan, options }: GuardInput): Problem[] {
  if (options.maxDeletes === undefined) return [];
  const limit =
    typeof options.maxDeletes === "number"
      ? options.maxDeletes
      : Math.floor((Number.parseInt(options.maxDeletes, 10) * plan.destinationSize) / 100);
  if (plan.counts.delete <= limit) return [];
  return [
    {
      code: "too-many-deletes",
      path: "syncOptions.maxDeletes",
      text: `The run would delete ${plan.counts.delete} of ${plan.destinationSize} keys at the destination: ${some(of(plan, "delete"))}; maxDeletes (${options.maxDeletes}) allows ${limit}.`,
      hint: "Check the source, or raise syncOptions.maxDeletes.",
    },
  ];
}

export function unownedKeys({ plan, options }: GuardInput): Problem[] {
  if (options.unownedKeys !== "fail") return [];
  const foreign = plan.changes.filter(
    (change) => (change.kind === "delete" || change.kind === "update") && !change.isOwned,
  );
  if (foreign.length === 0) return [];
  return [
    {
      code: "unowned-keys",
      path: "syncOptions.unownedKeys",
      text: `The run would delete or overwrite keys that this sync did not write: ${some(foreign.map((change) => change.label))}.`,
      hint: "Move them elsewhere, or set syncOptions.unownedKeys to keep or delete.",
    },
  ];
}

export function unresolvedReferences({ plan, options }: GuardInput): Problem[] {
  if (options.unresolvedReferences !== "fail" || plan.unresolved.length === 0) return [];
  return [
    {
      code: "unresolved-references",
      path: "syncOptions.unresolvedReferences",
      text: `References that the source could not resolve stand in ${some(plan.unresolved)}.`,
      hint: "Mend the references, or set syncOptions.unresolvedReferences to push.",
    },
  ];
}

export function importedReferences({ plan, options }: GuardInput): Problem[] {
  if (options.allowImportedReferences) return [];
  const risky = plan.changes.filter((change) => change.kind === "import" && change.value.holdsReference);
  if (risky.length === 0) return [];
  return [
    {
      code: "imported-references",
      path: "syncOptions.allowImportedReferences",
      text: `Values to be imported into the source hold references: ${some(risky.map((change) => change.label))}. The source would resolve them with its own rights and push what they point at.`,
      hint: "Remove the references at the destination, or set syncOptions.allowImportedReferences.",
    },
  ];
}

const of = (plan: Plan, kind: Change["kind"]) =>
  plan.changes.filter((change) => change.kind === kind).map((change) => change.label);
