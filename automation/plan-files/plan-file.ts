/** Plan files: what was previewed, signed, without values and identities. */
import { z } from "zod";
import { EngineError } from "../engines/engine.ts";
import { canonicalJson } from "./canonical.ts";
import type { PlanKey } from "./plan-key.ts";

const text = z.string();
const texts = z.record(z.string(), z.string());
const place = z.strictObject({
  origin: text,
  projectId: text,
  environment: text,
  secretPath: text,
});
const resource = { urn: text, operation: text };

const content = z.strictObject({
  version: z.literal(1),
  /** Of this package. */
  tool: text,
  project: text,
  stack: text,
  createdAt: z.iso.datetime(),
  /** URNs of the only resources that were looked at; absent for all. */
  targets: z.array(text).optional(),
  connections: z.array(z.strictObject({ ...resource, options: texts })),
  syncs: z.array(
    z.strictObject({
      ...resource,
      source: place.optional(),
      destination: place.optional(),
      /** Every argument that says what is written. */
      options: texts,
      /** What the destination will hold: key → revision. Absent where it cannot be known. */
      keys: texts.optional(),
      /** What is done beyond that: key → text. */
      effects: texts,
      /** What this sync wrote and now deletes: key → revision. */
      deletes: texts,
      /** The same at a destination that it turns away from. */
      left: z.strictObject({ destination: place.optional(), deletes: texts }).optional(),
    }),
  ),
  /** Resources of other kinds that change; the fingerprint is of their inputs. */
  others: z.array(z.strictObject({ ...resource, inputs: text })),
});
/** What a plan says. */
export type PlanContent = z.output<typeof content>;

/** The text of a plan file. */
export function renderPlan(plan: PlanContent, key: PlanKey): string {
  return canonicalJson({ ...plan, signature: key.sign(canonicalJson(plan)) });
}

export interface Expected {
  stack: string;
  now: Date;
  maxAgeMs: number;
}

/** Clocks of two machines may differ that much. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Reads the text of a plan file.
 *
 * @param file its name, for messages
 * @throws EngineError `invalid-plan` for one that is not genuine, of another stack, or too old
 */
export function readPlan(file: string, fileText: string, key: PlanKey, expected: Expected): PlanContent {
  const refuse = (what: string, hint = "Preview again with --out.") => {
    throw new EngineError("invalid-plan", `${file} ${what}.`, { hint });
  };
  const { signature, ...rest } = parsed(fileText) ?? refuse("is not a plan file");
  if (typeof signature !== "string") return refuse("is not a signed plan file");
  if (
    !key.isSignatureOf(signature, canonicalJson(rest)) ||
    canonicalJson({ ...rest, signature }) !== fileText
  ) {
    return refuse(
      "was changed after it was made, or was signed with another key",
      "Use the file as it was written, and the same planKey for preview and deployment.",
    );
  }
  if (rest["version"] !== 1)
    return refuse(`has version ${String(rest["version"])}, and this command knows 1`);
  const { data: plan } = content.safeParse(rest);
  if (!plan) return refuse("was made by another version of external-infisical");
  const { stack, now, maxAgeMs } = expected;
  if (plan.stack !== stack) return refuse(`is of the stack ${plan.stack}, not of ${stack}`);
  const ageMs = now.getTime() - Date.parse(plan.createdAt);
  if (ageMs > maxAgeMs) return refuse(`was made at ${plan.createdAt}, which is longer ago than allowed`);
  if (ageMs < -CLOCK_SKEW_MS) return refuse(`was made at ${plan.createdAt}, which is in the future`);
  return plan;
}

function parsed(fileText: string): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(fileText)).data;
  } catch {
    return undefined;
  }
}
