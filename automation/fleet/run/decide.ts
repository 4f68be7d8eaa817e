/** What becomes of a plan. Pure. */
import { some } from "../../../provider/engine/shortened.ts";
import type { ErrorCode } from "../../../provider/errors.ts";
import { isEqual } from "../../../provider/resources/properties.ts";
import type { Properties } from "../../../provider/resources/resource.ts";
import { canonicalJson } from "../../plan-files/canonical.ts";
import type { PlannedResource } from "../../review/planned.ts";
import type { PolicyViolation } from "../../review/policy-violation.ts";
import type { FleetSettings } from "../../syncs/fleet-settings.ts";
import type { ParkedReason, ParkedRow } from "../rows/rows.ts";

type Approval = FleetSettings["approve"][number];

/** Refusals that wait for somebody, who changes the source, the destination or the sync's options. */
const GUARDS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "partial-read",
  "empty-source",
  "too-many-deletes",
  "unowned-keys",
  "owned-elsewhere",
  "encrypted-metadata",
  "no-metadata",
  "rotated-secrets",
  "invalid-keys",
  "unresolved-references",
  "imported-references",
  "same-place",
  "shared-destination",
]);
export const isGuard = (code: ErrorCode | undefined): code is ErrorCode =>
  code !== undefined && GUARDS.has(code);

/** Why a plan may not be carried out without somebody's word. */
export function reasonsOf(
  { sync, operation }: PlannedResource,
  approve: readonly Approval[],
  violations: readonly PolicyViolation[],
): ParkedReason[] {
  const mandatory = violations
    .filter(({ enforcement }) => enforcement === "mandatory")
    .map(({ rule, message, key }) => ({ rule, message, ...(key !== undefined && { key }) }));
  if (!sync) return mandatory;
  const { changes, effects, goneFolders = [] } = sync;
  const keys: Record<Approval, string[]> = {
    creates: keysOf(changes.filter(({ action }) => action === "create")),
    updates: keysOf(changes.filter(({ action }) => action === "update")),
    deletes: [
      ...keysOf(changes.filter(({ action }) => action === "delete")),
      ...keysOf(effects.filter(({ kind }) => kind === "delete")),
    ],
    foreign: keysOf(effects.filter(({ kind }) => kind === "delete" || kind === "overwrite")),
    folders: goneFolders.map(({ folder }) => folder),
    imports: keysOf(effects.filter(({ kind }) => kind === "import")),
  };
  const asked = approve.flatMap((rule) => {
    const its = [...new Set(keys[rule])];
    return its.length === 0 ? [] : [{ rule, message: `${TEXTS[rule]}: ${some(its)}` }];
  });
  // What cannot be read may be anything.
  const isOpen = operation !== "delete" && (sync.isUnknown || effects.some(({ kind }) => kind === "unknown"));
  const open =
    isOpen && approve.length > 0 ? [{ rule: "unknown", message: "what it does cannot be told" }] : [];
  return [...mandatory, ...asked, ...open];
}

const keysOf = (list: readonly { key: string }[]) => list.map(({ key }) => key);

const TEXTS: Readonly<Record<Approval, string>> = {
  creates: "creates",
  updates: "updates",
  deletes: "deletes",
  foreign: "deletes or overwrites what the sync has not written",
  folders: "deletes what was in folders that the source has no more",
  imports: "writes into the source",
};

/** `go`: nothing is against it, or it is approved. `park`: it is new to whoever decides. `wait` and `rejected`: it is known. */
export type Verdict = "go" | "park" | "wait" | "rejected";

/**
 * @param inputs as they would be stored
 * @param parked what waits for a decision, or has one
 */
export function verdictOf(
  reasons: readonly ParkedReason[],
  inputs: Properties,
  parked: Pick<ParkedRow, "inputs" | "reasons" | "decision"> | undefined,
): Verdict {
  if (reasons.length === 0) return "go";
  if (!parked || canonicalJson(parked.inputs) !== canonicalJson(inputs)) return "park";
  if (parked.decision === "rejected") return "rejected";
  // Who decides has read these: a policy that came since has been overridden by nobody.
  if (!reasons.every((reason) => parked.reasons.some((known) => isEqual(known, reason)))) return "park";
  return parked.decision === "approved" ? "go" : "wait";
}

const FIRST_RETRY_MS = 5000;
const MOST_DOUBLED = 10;

/** When to try again after so many failures, one after the other; never later than it would run anyway. */
export function retryAt(now: Date, failures: number, scheduled: Date | undefined): Date {
  const ms = FIRST_RETRY_MS * 2 ** Math.min(failures - 1, MOST_DOUBLED);
  const retry = new Date(now.getTime() + ms);
  return scheduled && scheduled < retry ? scheduled : retry;
}
