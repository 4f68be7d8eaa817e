/** Which options of an instance's sync a plan made here takes into account. */
import type { SyncRow } from "../../../infisical/control-plane/index.ts";
import { printable } from "../../../printable.ts";
import { PRODUCT_OPTIONS } from "./differences.ts";

/**
 * The options that are on and change what a run does in a way that is not planned here, by their names: a key schema of the
 * first revision, and what later ones will add.
 */
export const unplannedOptions = ({ syncOptions }: SyncRow): string[] =>
  Object.entries(syncOptions)
    .filter(([name, value]) => !PRODUCT_OPTIONS.includes(name) && isOn(value))
    .map(([name]) => printable(name));

const isOn = (value: unknown) => value !== undefined && value !== null && value !== false && value !== "";
