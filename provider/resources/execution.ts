import type { z } from "zod";
import { lookUp } from "../look-up.ts";
import type { Execution } from "../schema.ts";
import type { Properties, Resource, Written } from "./resource.ts";

const NAMES = ["execution", "connectionExecution"];

/** Who runs a sync or uses a connection; a sync that does not say follows its connection. */
export const executionOf = (properties: Properties): Execution =>
  named(properties) === "native" ? "native" : "engine";

const named = ({ execution, connectionExecution }: Properties): unknown =>
  execution ?? connectionExecution ?? "engine";

/** One kind of resource with an implementation for each execution. Another execution needs a new resource. */
export function byExecution(implementations: Record<Execution, Resource>): Resource {
  const of = (properties: Properties) => implementations[executionOf(properties)];
  // One that is not known yet may be another.
  const isSame = (olds: Properties, news: Properties) => named(olds) === named(news);
  return {
    check: (olds, news, context, unknown) =>
      of(news).check(olds && isSame(olds, news) ? olds : undefined, news, context, unknown),
    hasChanged: (olds, news) => of(news).hasChanged(olds, news),
    replaces: (olds, news) =>
      isSame(olds, news)
        ? of(news).replaces(olds, news)
        : NAMES.filter((name) => lookUp(olds, name) !== lookUp(news, name)),
    deletesFirst: (olds, news) => isSame(olds, news) && of(news).deletesFirst(olds, news),
    create: (inputs, context) => of(inputs).create(inputs, context),
    update: (id, olds, news, context) => of(news).update(id, olds, news, context),
    read: (id, olds, context) => of(olds).read(id, olds, context),
    delete: (id, olds, context) => of(olds).delete(id, olds, context),
  };
}

/**
 * Arguments that only native execution knows, where they say anything but their default: one problem each. What is not
 * known yet says nothing.
 */
export function nativeOnly(schema: z.ZodObject, inputs: Properties, unknown?: unknown): string[] {
  if (named(inputs) === unknown) return [];
  return Object.entries(schema.shape)
    .filter(([, argument]) => argument.meta()?.["execution"] === "native")
    .filter(([name, argument]) => {
      const value = lookUp(inputs, name);
      return value !== unknown && !isDefault(argument, value);
    })
    .map(([name]) => `${name}: only with execution: "native"`);
}

/** The instance itself proves a native connection, and does not say why it could not. */
export const engineOnlyConnection = (
  inputs: Written<"execution" | "connectionExecution" | "onUnreachable">,
): string[] =>
  executionOf(inputs) === "native" && inputs.onUnreachable === "skip"
    ? ['onUnreachable: "skip" needs execution: "engine"; the instance proves the login itself']
    : [];

const isDefault = (argument: z.ZodType, value: unknown) =>
  value === undefined || value === argument.safeParse(undefined).data;
