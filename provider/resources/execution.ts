import { z } from "zod";
import { lookUp } from "../look-up.ts";
import { argumentFacts, type Execution } from "../schema.ts";
import { holdsUnknown, isPlain } from "./properties.ts";
import type { Properties, Resource } from "./resource.ts";

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
    keep: (id, news, context) => of(news).keep(id, news, context),
    create: (inputs, context) => of(inputs).create(inputs, context),
    update: (id, olds, news, context) => of(news).update(id, olds, news, context),
    read: (id, olds, context) => of(olds).read(id, olds, context),
    delete: (id, olds, context) => of(olds).delete(id, olds, context),
  };
}

/** Why a sync and its connection do not go together; undefined where they do. @param sync how people call it */
export function mixedExecution(said: unknown, its: unknown, sync = "the sync"): string | undefined {
  if (said === undefined || said === its) return undefined;
  return `${sync} says "${said}" and its connection "${its}"; both must say the same`;
}

/** An argument that says something wrong. */
interface WrongArgument {
  /** Dotted, where it is one of an object. */
  name: string;
  /** What is wrong with it, for who is told its name. */
  message: string;
  /** The same with its name. */
  text: string;
}

/**
 * Arguments that the execution which is named does not know, where they say anything but what it does by itself: one
 * problem each. What is not known yet says nothing.
 */
export function ofOtherExecution(
  schema: z.ZodObject,
  inputs: Properties,
  unknown?: unknown,
): WrongArgument[] {
  if (named(inputs) === unknown) return [];
  const isNative = executionOf(inputs) === "native";
  return argumentsOf(schema, inputs).flatMap(({ name, argument, value }) => {
    if (value === undefined || (unknown !== undefined && holdsUnknown(value, unknown))) return [];
    const { execution, engine } = argumentFacts.get(argument) ?? {};
    if (isNative && engine && value === (engine.value ?? value)) {
      const needs = `needs execution: "engine"; ${engine.because}`;
      if (typeof value !== "string") return [{ name, message: needs, text: `${name} ${needs}` }];
      return [wrong(name, `${JSON.stringify(value)} ${needs}`)];
    }
    const isSaid = value !== argument.safeParse(undefined).data;
    return !isNative && execution === "native" && isSaid
      ? [wrong(name, 'only with execution: "native"')]
      : [];
  });
}

const wrong = (name: string, message: string): WrongArgument => ({
  name,
  message,
  text: `${name}: ${message}`,
});

interface Said {
  name: string;
  argument: z.ZodType;
  value: unknown;
}

const argumentsOf = (schema: z.ZodObject, inputs: Properties): Said[] =>
  Object.entries(schema.shape).flatMap(([name, argument]): Said[] => {
    const value = lookUp(inputs, name);
    if (!(argument instanceof z.ZodObject)) return [{ name, argument, value }];
    const inner = isPlain(value) ? argumentsOf(argument, value) : [];
    return inner.map((one) => ({ ...one, name: `${name}.${one.name}` }));
  });
