/** Options of `preview`, `up`, `refresh` and `destroy`. */
import { z } from "zod";
import { EngineError } from "../../engines/engine.ts";
import {
  durationMs,
  flag,
  nonEmpty,
  option,
  policies,
  repeatable,
  reports,
  stackOptions,
  syncNames,
  yes,
} from "../options.ts";
import { STDOUT } from "../targets.ts";

const file = (text: string) => option(nonEmpty().optional(), { value: "file", text });

/** All of them; each command has its part. */
const all = stackOptions.extend({
  message: option(z.string().optional(), {
    value: "text",
    text: "what the operation is for, kept in the stack's history",
    short: "m",
  }),
  sync: syncNames("all", "nothing but this sync and what it needs, by its resource's name"),
  policies,
  report: reports("write a report"),
  detailedExitcode: flag("exit with 2 if there are changes, as Terraform does"),
  yes,
  skipPreview: flag("do not preview first"),
  refresh: flag("read the state of the resources first"),
  expectNoChanges: flag("fail if there are any changes"),
  continueOnError: flag("after a failure go on with what does not depend on it"),
  out: file("write a signed plan file, for up --plan"),
  plan: file("do what this plan file of preview --out says, and nothing else"),
  planMaxAge: option(durationMs.default(24 * 3_600_000), {
    value: "duration",
    text: "the oldest plan file that is taken: 10m, 24h, 7d (default: 24h)",
  }),
  policyPack: repeatable("folder", "check with a Pulumi policy pack (Pulumi CLI only); repeatable"),
});
export type DeployOptions = z.output<typeof all>;

export const previewOptions = all.omit({
  ...{ yes: true, skipPreview: true, continueOnError: true, plan: true, planMaxAge: true },
});
export const upOptions = all.omit({ out: true });
const asking = upOptions.omit({ plan: true, planMaxAge: true, policyPack: true });
export const refreshOptions = asking
  .omit({ skipPreview: true, refresh: true, continueOnError: true })
  .extend({ expectNoChanges: flag("fail if something has changed") });
export const destroyOptions = asking.omit({ expectNoChanges: true, sync: true });

const readable = all.refine(({ plan, sync }) => plan === undefined || sync.length === 0, {
  path: ["sync"],
  message: "cannot be combined with --plan, which says what it is of",
});

/** @throws EngineError `invalid-config` */
export function parseDeployOptions(raw: unknown): DeployOptions {
  const options = readable.parse(raw);
  const report = [...options.report, ...(options.json ? [{ format: "json" as const, file: STDOUT }] : [])];
  const printed = report.filter(({ file }) => file === STDOUT);
  if (printed.length > 1)
    throw new EngineError("invalid-config", "Only one report can go to stdout (--json and --report …=-).", {
      hint: "Write the others to files.",
    });
  return { ...options, report, json: printed.length > 0 };
}
