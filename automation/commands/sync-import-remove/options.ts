import { z } from "zod";
import { option, policies, stackOptions, syncNames, yes } from "../options.ts";

export const JOB_COMMANDS = ["sync", "import", "remove"] as const;
export type JobCommand = (typeof JOB_COMMANDS)[number];

const BEHAVIORS = ["prioritize-source", "prioritize-destination"] as const;
export const EXECUTIONS = ["native", "engine"] as const;

export const jobOptions = stackOptions.extend({ yes, sync: syncNames("all native ones"), policies });

export const importOptions = jobOptions.extend({
  behavior: option(z.enum(BEHAVIORS), {
    value: "which",
    text: "which side wins where both have a key",
  }),
});

export const removeOptions = jobOptions.extend({
  execution: option(z.enum(EXECUTIONS).default("native"), {
    value: "who",
    text: "who deletes, and with it what: see below",
  }),
});

/** What any of them may be given. */
export const anyJobOptions = removeOptions.extend({ behavior: importOptions.shape.behavior.optional() });
export type JobOptions = z.output<typeof anyJobOptions>;
