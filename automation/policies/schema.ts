/** What policies may say: in a syncs.yaml under `policies`, or in a file of their own. */
import { z } from "zod";
import { LONGEST_KEY } from "../../provider/engine/key-names.ts";
import { keyGlob, literalsOf } from "../../provider/globs.ts";
import { PARTS } from "../../provider/schema.ts";
import { strictObject } from "../../provider/unknown-names.ts";
import { placeGlob } from "./places.ts";

const enforcement = z.enum(["advisory", "mandatory"]).default("mandatory").meta({
  description: "`mandatory` stops before anything is written; `advisory` only tells.",
});

/** A rule as its value alone, or with its enforcement. */
const rule = <Value extends z.ZodType>(value: Value, description: string) =>
  z
    .union([value, strictObject({ value, enforcement })])
    .transform((given): { value: z.output<Value>; enforcement: Enforcement } => {
      const isWhole = typeof given === "object" && given !== null && "enforcement" in given;
      return (isWhole ? given : { value: given, enforcement: "mandatory" }) as never;
    })
    .optional()
    .meta({ description });

const flag = (description: string) => rule(z.boolean(), description);
const writableKeys = keyGlob.refine((glob) => literalsOf(glob).length <= LONGEST_KEY, {
  message: `asks for more than ${LONGEST_KEY} characters, but no key has as many`,
});
const keyGlobs = (description: string) => rule(z.array(writableKeys).min(1), description);

/** As URLs have it: people write URLs for hosts. A root dot and the usual port make no other host. */
const hostGlob = z
  .string()
  .trim()
  .transform((text) => text.replace(/^https?:\/\//i, "").replace(/\/+$/, ""))
  .pipe(z.string().regex(/^[^/\s@]+$/, "must be a host, with its port where that is not the usual one"))
  // URLs have names of other scripts as xn--….
  .refine((host) => /^[\w.:-]*$/.test(literalsOf(host.replace(/\[[\da-f:.]+\]/i, ""))), {
    message: "has characters in it that no host has in a URL",
  })
  .transform((host) => host.replace(/:443$/, "").replace(/\.(?=:\d+$|$)/, ""));
const places = (description: string) => rule(z.array(placeGlob).min(1), description);

const destination = z.union([
  hostGlob,
  strictObject({
    host: hostGlob.meta({ description: "Host, with its port unless it is the usual one." }),
    places: z.array(placeGlob).min(1).meta({ description: "Places there." }),
  }),
]);

/** A set of rules. */
export const policiesSchema = strictObject({
  maxDeletes: rule(
    z.union([
      z.number().int().min(0),
      z.string().regex(/^(?:100|\d{1,2})%$/, "must be a whole number or a percentage such as 10%"),
    ]),
    "Most keys that a sync may delete: a number, or a percentage of those it is known to have there.",
  ),
  denyDeletesIn: places("Destinations where no key may be deleted."),
  denyFolderRemoval: flag(
    "No sync may leave a folder without keys since the source has it no more, or nothing in it.",
  ),
  denyForeignDeletes: flag("No sync may delete what it did not write."),
  denyForeignOverwrites: flag("No sync may overwrite what it did not write."),
  denyImports: flag("No sync may write into its source."),
  denyCopy: rule(
    z.array(z.enum(PARTS)).min(1),
    "What no sync may copy beside values: `comment`, `tags`, `metadata`, `multiline` or `reminder`.",
  ),
  denyKeys: keyGlobs("Keys that no sync may write, whatever their case."),
  allowedDestinations: rule(
    z.array(destination).min(1),
    "Hosts, or places on hosts, that syncs may write to; all others are refused.",
  ),
  allowedSources: places("Source places that syncs may read; all others are refused."),
  requireDescription: flag("Every sync says what it is for."),
  requireFingerprintKey: flag(
    "Values with references are named by the stack's fingerprintKey, not by a key made from a client secret.",
  ),
  denyInsecureHttp: flag("No connection may use http:// to another machine."),
}).meta({ title: "policies", description: "What syncs may not do." });

export type Enforcement = "advisory" | "mandatory";
/** Rules of one file. */
export type Policies = z.output<typeof policiesSchema>;

/** The whole of a file of its own. */
export const policiesFileSchema = strictObject({
  policies: policiesSchema.refine(
    (rules) => Object.keys(rules).length > 0,
    "has no rule, so it checks nothing",
  ),
}).meta({ title: "policies.yaml", description: "Policies for secret syncs." });

/** JSON Schema of a file of policies, for editors. */
export const policiesJsonSchema = () => z.toJSONSchema(policiesFileSchema, { io: "input" });
