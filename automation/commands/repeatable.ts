/** Options that may be given again and again. */
import { Option } from "commander";

/** Adds a value to those before it. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** @param all the syncs that are meant where none is named */
export const syncOption = (all: string): Option =>
  new Option(
    "--sync <name>",
    `this sync, by its name or its resource's; repeatable (default: ${all})`,
  ).argParser(collect);

/** Rules of their own file, beside those of a syncs.yaml. */
export const policiesOption = (): Option =>
  new Option(
    "--policies <file>",
    "check with these policies too (or EXTERNAL_INFISICAL_POLICIES, comma-separated); repeatable",
  ).argParser(collect);
