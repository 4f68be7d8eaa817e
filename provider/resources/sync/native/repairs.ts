/** How changes that somebody made at the instance show in inputs and outputs. */
import { z } from "zod";
import { pendingEffects, stickyEffects } from "../../../engine/record/effects.ts";
import type { ConnectionRow } from "../../../infisical/control-plane/index.ts";
import { lookUp } from "../../../look-up.ts";
import { printable } from "../../../printable.ts";
import { omit, pick, present } from "../../properties.ts";
import type { Properties } from "../../resource.ts";
import { CHANGED_AT_INSTANCE, REPAIRS } from "../inputs.ts";
import type { Difference } from "./differences.ts";

/** Stands for the credentials of a connection, of which an instance tells nothing else. */
const HASH = "credentialsHash";

/** What of this a deployment records. */
export const announcedRepairs = (properties: Properties): Properties => pick(properties, [REPAIRS]);

/** @param olds inputs of the last deployment */
export function withRepairs(olds: Properties, changed: readonly Difference[]): Properties {
  const pending = Object.fromEntries(changed.map((one) => [one.argument, differenceText(one)]));
  const repairs = stickyEffects(textsIn(olds[REPAIRS]), pending);
  return Object.keys(repairs).length > 0 ? { [REPAIRS]: repairs } : {};
}

/** For example `"/other" => "/app"`. */
export const differenceText = ({ instance, declared }: Partial<Difference>): string =>
  `${told(instance)} => ${told(declared)}`;

const TEXT = /^(none|true|false|"(?:[^"\\]|\\.)*") => (none|true|false|"(?:[^"\\]|\\.)*")$/;

/**
 * What an operation puts right at the instance.
 *
 * @param before inputs of the last deployment
 * @param after inputs of this one
 */
export function pendingRepairs(before: Properties, after: Properties): Difference[] {
  const repairs = pendingEffects(textsIn(before[REPAIRS]), textsIn(after[REPAIRS]));
  const pending = Object.entries(repairs).map(([argument, text]): Difference => {
    const [, instance, declared] = TEXT.exec(text) ?? [];
    return { argument, instance: untold(instance), declared: untold(declared) };
  });
  // Of credentials that somebody wrote no more than that can be told.
  const isRewritten = declaredBefore(before, HASH) !== undefined && !declaredBefore(after, HASH);
  return isRewritten ? [...pending, { argument: HASH, instance: undefined, declared: undefined }] : pending;
}

const textsIn = (value: unknown) => z.record(z.string(), z.string()).safeParse(value).data ?? {};

const untold = (text: string | undefined): unknown =>
  text === undefined || text === "none" ? undefined : JSON.parse(text);

const told = (value: unknown): string => {
  if (value === undefined) return "none";
  return JSON.stringify(typeof value === "string" ? printable(value) : value);
};

/** For inputs and outputs; nothing where the instance has all as declared. */
export function changedAtInstance(changed: readonly Difference[]): Properties {
  if (changed.length === 0) return {};
  const entries = changed.map(({ argument, ...values }) => [argument, present(values)]);
  return { [CHANGED_AT_INSTANCE]: Object.fromEntries(entries) };
}

/** Somebody wrote other credentials, or the same again: an instance does not tell which (control-plane §2.3). */
export function rewritten(olds: Properties, { credentialsHash }: ConnectionRow): Difference[] {
  const declared = recordedHash(olds);
  if (declared === undefined || declared === credentialsHash) return [];
  return [{ argument: HASH, instance: credentialsHash, declared }];
}

/** A look that changes nothing tells of it alone: a deployment sees it after a refresh. */
export const REWRITTEN = "somebody has written the credentials of its connection since the last deployment";
export const REWRITTEN_REMEDY = "Refresh, then deploy again, which writes the declared ones.";

/** The hash of a connection's credentials as the last deployment left them. */
export const recordedHash = (outputs: Properties): unknown =>
  (declaredBefore(outputs, HASH) ?? { declared: outputs[HASH] }).declared;

/** What was declared of an argument that a refresh has found changed; undefined for all others. */
const declaredBefore = (properties: Properties, argument: string): { declared?: unknown } | undefined =>
  lookUp(changesIn(properties), argument);

const changesIn = (properties: Properties) =>
  (properties[CHANGED_AT_INSTANCE] ?? {}) as Record<string, { declared?: unknown }>;

/** Inputs that a refresh has found changed, as they were declared. */
export function asDeclared(inputs: Properties): Properties {
  return Object.entries(changesIn(inputs)).reduce(
    (all, [argument, { declared }]) => withValue(all, argument.split("."), declared),
    omit(inputs, [CHANGED_AT_INSTANCE]),
  );
}

function withValue(properties: Properties, [name = "", ...rest]: string[], value: unknown): Properties {
  const inner =
    rest.length === 0 ? value : withValue((lookUp(properties, name) ?? {}) as Properties, rest, value);
  return { ...omit(properties, [name]), ...(inner !== undefined && { [name]: inner }) };
}
