/** How what is found now differs from what was planned. */
import { withoutFingerprint } from "../../provider/engine/revision.ts";
import { firstLines } from "../../provider/engine/shortened.ts";
import { lookUp } from "../../provider/look-up.ts";
import { byName } from "../../provider/natural.ts";
import { EngineError } from "../engines/engine.ts";
import { resourceName } from "../engines/urn.ts";
import { wordsOf } from "../review/operations.ts";
import type { PlanContent } from "./plan-file.ts";

type Texts = Readonly<Record<string, string>>;

/**
 * @param hasOwnFingerprints the stack has a `fingerprintKey`
 * @throws EngineError `plan-changed` with the differences, `invalid-plan` for a plan of another project
 */
export function requireAsPlanned(plan: PlanContent, now: PlanContent, hasOwnFingerprints: boolean): void {
  if (plan.project !== now.project) {
    throw new EngineError(
      "invalid-plan",
      `The plan is of the project ${plan.project}, not of ${now.project}.`,
    );
  }
  const lines = differences(plan, now);
  if (lines.length === 0) return;
  const isByFingerprint = !hasOwnFingerprints && hasOtherFingerprints(plan, now);
  throw new EngineError(
    "plan-changed",
    [
      `Not what was planned (${lines.length} ${lines.length === 1 ? "difference" : "differences"}); nothing was written:`,
      ...firstLines(lines),
    ].join("\n  "),
    {
      hint: isByFingerprint
        ? "Revisions that differ after ~ only may be of the same value: with another client secret they differ, unless external-infisical:fingerprintKey is set. Otherwise preview again, and have the new plan reviewed."
        : "Preview again, and have the new plan reviewed.",
    },
  );
}

/** True where a key is of the same version, and only its fingerprint is another. */
function hasOtherFingerprints(plan: PlanContent, now: PlanContent): boolean {
  const found = byUrn(now.syncs);
  return plan.syncs.some(({ urn, keys = {} }) =>
    Object.entries(keys).some(([key, planned]) => {
      const revision = lookUp(found.get(urn)?.keys, key) ?? "";
      const version = withoutFingerprint(planned);
      return version !== undefined && revision !== planned && withoutFingerprint(revision) === version;
    }),
  );
}

/** One line for each thing that is not as planned. */
export function differences(plan: PlanContent, now: PlanContent): string[] {
  return [
    ...compared(plan.connections, now.connections, ({ options }) => options),
    ...compared(plan.syncs, now.syncs, syncTexts),
    ...compared(plan.others, now.others, ({ inputs }) => ({ inputs: `fingerprint ${inputs}` })),
  ];
}

function compared<Resource extends { urn: string; operation: string }>(
  planned: readonly Resource[],
  found: readonly Resource[],
  textsOf: (resource: Resource) => Texts,
): string[] {
  const [then, now] = [byUrn(planned), byUrn(found)];
  return [...new Set([...then.keys(), ...now.keys()])].sort().flatMap((urn) => {
    const [a, b] = [then.get(urn), now.get(urn)];
    const told = { ...(a && textsOf(a)) };
    const telling = { ...(b && textsOf(b)) };
    const operations = lines(urn, { "": wordOf(a) }, { "": wordOf(b) });
    // A resource more or less is one difference, not as many as it has arguments.
    return a && b ? [...operations, ...lines(urn, told, telling)] : operations;
  });
}

const byUrn = <Resource extends { urn: string }>(resources: readonly Resource[]) =>
  new Map(resources.map((resource) => [resource.urn, resource]));

const NOTHING = "nothing";

const wordOf = (resource: { operation: string } | undefined): string =>
  resource ? wordsOf(resource.operation).planned : NOTHING;

function lines(urn: string, planned: Texts, found: Texts): string[] {
  const names = [...new Set([...Object.keys(planned), ...Object.keys(found)])].sort(byName);
  return names.flatMap((name) => {
    const [then, now] = [lookUp(planned, name) ?? NOTHING, lookUp(found, name) ?? NOTHING];
    if (then === now) return [];
    const subject = [resourceName(urn), name].filter(Boolean).join(": ");
    return [`${subject}: planned ${then}, now ${now}`];
  });
}

/** Everything about a sync, with names for people. A key has one text, whatever happens to it. */
function syncTexts(sync: PlanContent["syncs"][number]): Texts {
  const { source, destination, options, keys, effects, deletes, left } = sync;
  const keyTexts = Object.keys({ ...keys, ...effects, ...deletes }).map((key) => {
    const removed = lookUp(deletes, key);
    const texts = [
      lookUp(keys, key),
      lookUp(effects, key),
      removed === undefined ? undefined : `delete ${removed}`,
    ];
    return [key, texts.filter((each) => each !== undefined).join(" ")];
  });
  return {
    ...prefixed("source", source ?? {}),
    ...prefixed("destination", destination ?? {}),
    ...options,
    ...(keys ? {} : { keys: "not known" }),
    ...prefixed("former destination", left?.destination ?? {}),
    ...prefixed("former destination, key", left?.deletes ?? {}),
    ...prefixed("key", Object.fromEntries(keyTexts)),
  };
}

const prefixed = (what: string, texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).map(([name, value]) => [`${what} ${name}`, value]));
