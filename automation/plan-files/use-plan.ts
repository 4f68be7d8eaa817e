/** `preview --out` and `up --plan`. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { isSkipped } from "../../provider/resources/skipped.ts";
import { EngineError, type StackHandle } from "../engines/engine.ts";
import { writableAsNamed } from "../files/inside.ts";
import { writePrivate } from "../files/private.ts";
import { hasFingerprints, type PlannedResource } from "../review/planned.ts";
import { providerConfigOf } from "../stack/provider-context.ts";
import type { Session } from "../terminal/session.ts";
import { planContent } from "./content.ts";
import { requireAsPlanned } from "./differences.ts";
import { type PlanContent, readPlan, renderPlan } from "./plan-file.ts";
import { type PlanKey, readPlanKey } from "./plan-key.ts";

interface Surroundings {
  stack: StackHandle;
  session: Session;
  environment: Readonly<Record<string, string | undefined>>;
  /** Where relative names start. */
  folder: string;
  /** URNs of what alone is looked at. */
  targets?: readonly string[] | undefined;
}

/** What was approved. */
export interface ApprovedPlan {
  /** URNs of what it is limited to; undefined for the whole stack. */
  targets: readonly string[] | undefined;
  /** @throws EngineError `plan-changed` if this is not what was approved */
  require(planned: readonly PlannedResource[]): Promise<void>;
}

/** Somewhere to write a plan, once there is one. */
interface PlanWriter {
  write(planned: readonly PlannedResource[]): Promise<void>;
}

/**
 * Reads a plan file, so that a preview can be compared with it.
 *
 * @throws EngineError `invalid-plan` before anything is previewed
 */
export async function openApprovedPlan(
  file: string,
  maxAgeMs: number,
  surroundings: Surroundings,
): Promise<ApprovedPlan> {
  const { stack, folder } = surroundings;
  const key = await keyOf(surroundings);
  const text = await readFile(resolve(folder, file), "utf8").catch((cause: unknown) => {
    throw new EngineError("invalid-plan", `${file} cannot be read.`, { cause });
  });
  const plan = readPlan(file, text, key, { stack: stack.name, now: new Date(), maxAgeMs });
  return {
    targets: plan.targets,
    async require(planned) {
      const { content, hasFingerprintKey } = await contentOf(planned, key, surroundings);
      requireAsPlanned(plan, content, hasFingerprintKey);
    },
  };
}

/** Gets ready to write a plan file; without a key, or a place for it, it fails before anything is previewed. */
export async function openPlanWriter(file: string, surroundings: Surroundings): Promise<PlanWriter> {
  const { session, folder } = surroundings;
  const key = await keyOf(surroundings);
  const path = await writableAsNamed(folder, file);
  return {
    async write(planned) {
      const { content, hasFingerprintKey } = await contentOf(planned, key, surroundings);
      await writePrivate(path, renderPlan(content, key)).catch((cause: unknown) => {
        throw new EngineError("engine-failed", `${file} cannot be written.`, { cause });
      });
      session.note(session.paintNotes("dim", `The plan is in ${file}.`));
      for (const text of reservations(planned, hasFingerprintKey)) {
        session.warn(`${session.paintNotes("yellow", "warning:")} ${session.redactor.clean(text)}`);
      }
    },
  };
}

const keyOf = ({ stack, session, environment }: Surroundings): Promise<PlanKey> =>
  readPlanKey(stack, environment, session.redactor.add);

async function contentOf(
  planned: readonly PlannedResource[],
  key: PlanKey,
  { stack, environment, targets }: Surroundings,
): Promise<{ content: PlanContent; hasFingerprintKey: boolean }> {
  const config = await providerConfigOf(stack, environment);
  const { version: tool }: { version: string } = createRequire(import.meta.url)(
    "external-infisical/package.json",
  );
  const [, project = ""] = planned[0]?.urn.split("::") ?? [];
  const content = planContent(
    planned,
    { tool, project, stack: stack.name, now: new Date(), sourceOrigin: config.host, targets },
    key,
  );
  return { content, hasFingerprintKey: config.fingerprintKey !== undefined };
}

/** What a plan file does not promise. */
function reservations(planned: readonly PlannedResource[], hasFingerprintKey: boolean): string[] {
  const named = (is: (sync: NonNullable<PlannedResource["sync"]>) => boolean) =>
    planned
      .flatMap(({ name, sync, inputs }) => (sync && !isSkipped(inputs) && is(sync) ? [name] : []))
      .join(", ");
  const fingerprinted = hasFingerprintKey ? "" : named(hasFingerprints);
  const open = named(
    ({ keys, isBlind, unforeseen }) => unforeseen !== undefined || (keys === undefined && !isBlind),
  );
  return [
    ...(fingerprinted
      ? [
          `${fingerprinted}: values with references are named by means of the destination's client secret, so a deployment with another secret will find other names and refuse. Set external-infisical:fingerprintKey.`,
        ]
      : []),
    ...(open ? [`${open}: the keys cannot be seen from here, so the plan does not bind them.`] : []),
  ];
}
