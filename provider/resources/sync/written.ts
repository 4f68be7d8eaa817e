/** What is wrong with a sync's arguments as a program has written them, told by the names that the program knows. */
import { z } from "zod";
import { lookUp } from "../../look-up.ts";
import { secretSyncArgs } from "../../schema.ts";
import { ADOPTS } from "../adopts.ts";
import { problemsOf } from "../problems.ts";
import { omit } from "../properties.ts";
import type { Properties } from "../resource.ts";
import { SKIPPED } from "../skipped.ts";
import { ARGUMENTS, plannedInputs, type SyncProperties } from "./inputs.ts";

const { destinationConfig, syncOptions } = secretSyncArgs.shape;

const written = secretSyncArgs
  .extend({
    destinationConfig: destinationConfig.strict(),
    syncOptions: syncOptions.strict(),
    connection: z.unknown(),
    connectionId: z.unknown(),
  })
  .strict();

/** Inputs that the resource class takes from the connection. */
const FROM_CONNECTION = ARGUMENTS.filter((name) => !Object.hasOwn(written.shape, name));

/** Inputs that a check adds. An engine gives them back where a program has their changes ignored. */
const PLANNED = [...Object.keys(plannedInputs.shape), "paused", ...Object.keys(SKIPPED), ADOPTS];

/** Settings that are none: left out, each would be one that somebody counts on. */
export function unknownSettings(news: Properties): string[] {
  const { error } = written.safeParse(omit(news, [...FROM_CONNECTION, ...PLANNED]));
  return problemsOf((error?.issues ?? []).filter(({ code }) => code === "unrecognized_keys"));
}

/** A run that is not as its inputs announce it is refused, by each later deployment too. */
export const ignoredPlan = (news: Properties): string[] =>
  PLANNED.filter((name) => Object.hasOwn(news, name)).map(
    (name) =>
      `${name}: cannot be ignored by ignoreChanges, for it tells what the run will do; to push nothing, set isAutoSyncEnabled to false`,
  );

/** The problems of arguments, with what comes from the connection told as the connection's. */
export function argumentProblems(inputs: SyncProperties, issues: readonly z.core.$ZodIssue[]): string[] {
  const isOfConnection = ({ path: [name = ""] }: z.core.$ZodIssue) =>
    ["connectionId", ...FROM_CONNECTION].includes(String(name)) && lookUp(inputs, String(name)) === undefined;
  const rest = problemsOf(issues.filter((issue) => !isOfConnection(issue)));
  const lacking = issues.filter(isOfConnection).map(({ path }) => String(path[0]));
  if (lacking.length === 0) return rest;
  // Terraform takes a connection's fields one by one, too.
  if (FROM_CONNECTION.some((name) => lookUp(inputs, name) !== undefined))
    return [`connection: lacks ${fields(lacking).join(", ")}`, ...rest];
  const told = inputs.connectionId === undefined ? "" : '; a connectionId alone needs execution: "native"';
  return [`connection: is missing${told}`, ...rest];
}

/** `connectionName` → `name`. In engine execution the id follows from the others. */
function fields(inputs: readonly string[]): string[] {
  const named = inputs.length > 1 ? inputs.filter((input) => input !== "connectionId") : inputs;
  return named.map((input) =>
    input.replace(/^connection([A-Z])/, (_, letter: string) => letter.toLowerCase()),
  );
}
