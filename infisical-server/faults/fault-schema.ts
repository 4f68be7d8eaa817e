import { z } from "zod";
import type { Fault } from "./faults.ts";

const match = {
  method: z.string().optional(),
  /** A prefix. */
  path: z.string().optional(),
  /** The source of a regular expression, instead of `path`. */
  pathRegExp: z.string().optional(),
  nth: z.number().int().min(1).optional(),
  /** JSON has no infinity, so it is spelt. */
  times: z.union([z.number().int().min(1), z.literal("Infinity")]).optional(),
};

const effect = z.discriminatedUnion("kind", [
  z.object({
    ...match,
    kind: z.literal("status"),
    status: z.number().int().min(200).max(599),
    retryAfterSeconds: z.number().optional(),
    body: z.unknown().optional(),
    contentType: z.string().optional(),
  }),
  z.object({ ...match, kind: z.literal("drop-before") }),
  z.object({ ...match, kind: z.literal("drop-after") }),
  z.object({ ...match, kind: z.literal("truncate") }),
  z.object({ ...match, kind: z.literal("delay"), ms: z.number().min(0) }),
  z.object({ ...match, kind: z.literal("hang") }),
  z.object({
    ...match,
    kind: z.literal("redirect"),
    location: z.string(),
    status: z.number().int().optional(),
  }),
  z.object({ ...match, kind: z.literal("oversize"), bytes: z.number().int().min(0) }),
  z.object({ ...match, kind: z.literal("hide-values") }),
  z.object({ ...match, kind: z.literal("omit"), keys: z.array(z.string()) }),
  z.object({ ...match, kind: z.literal("approval") }),
  z.object({ ...match, kind: z.literal("expire-tokens") }),
]);

/** A fault as it is sent over HTTP: everything but `run`. */
export const faultSchema = effect.transform(
  ({ pathRegExp, times, ...rest }): Fault => ({
    ...rest,
    path: pathRegExp === undefined ? rest.path : new RegExp(pathRegExp),
    times: times === "Infinity" ? Number.POSITIVE_INFINITY : times,
  }),
);
