/**
 * The options of a sync as instances read and answer them. To take the folders beneath along has two names: each revision
 * knows one at most and drops what it does not know (control-plane §3.15). So both are sent, either is read, and here it is
 * called as by the newest.
 */
import { z } from "zod";

/** Whole, since an update replaces it whole: what later revisions add must not get lost. */
export const syncOptionsRow = z
  .looseObject({ initialSyncBehavior: z.string() })
  .transform(({ recursive, ...options }) => ({
    ...options,
    ...(recursive === true && { includeAllSubFolders: true }),
  }));

/** Only what is on is sent: an update that leaves it out turns it off. */
export function sentOptions({
  includeAllSubFolders,
  ...options
}: Record<string, unknown>): Record<string, unknown> {
  return includeAllSubFolders === true ? { ...options, includeAllSubFolders, recursive: true } : options;
}

/** No boolean, which an instance that knows the option refuses, beside all else that such a body lacks. */
export const IMPOSSIBLE = { syncOptions: { includeAllSubFolders: "?", recursive: "?" } };

/** That refusal. */
export const KNOWS_SUBFOLDERS = /\bsyncOptions\.(includeAllSubFolders|recursive)\b/;
