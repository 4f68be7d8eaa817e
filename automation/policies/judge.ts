import type { ProviderConfig } from "../../provider/schema.ts";
import type { PlannedResource } from "../review/planned.ts";
import type { PolicyViolation } from "../review/policy-violation.ts";
import { evaluate } from "./evaluate.ts";
import type { Policies } from "./schema.ts";

/** Judges a plan by all policies. @param configOf is asked only where there is something to judge */
export async function judge(
  planned: readonly PlannedResource[],
  policies: readonly Policies[],
  configOf: () => Promise<ProviderConfig>,
): Promise<PolicyViolation[]> {
  if (policies.length === 0 || !planned.some(({ sync }) => sync)) return [];
  const { fingerprintKey, allowInsecureHttp } = await configOf();
  return evaluate(policies, planned, {
    hasFingerprintKey: fingerprintKey !== undefined,
    isSourceInsecure: allowInsecureHttp,
  });
}
