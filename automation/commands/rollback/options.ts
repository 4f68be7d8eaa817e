import type { z } from "zod";
import { flag, nonEmpty, option, stackOptions, syncNames, yes } from "../options.ts";

export const ROLLBACK_COMMANDS = ["rollback", "resume"] as const;
export type RollbackCommand = (typeof ROLLBACK_COMMANDS)[number];

export const rollbackOptions = stackOptions.extend({
  yes,
  sync: syncNames("all that --to fits"),
  to: option(nonEmpty().optional(), {
    value: "run",
    text: "id of a run, or its first characters; or a time such as 2026-11-22T06:00:00Z, for all syncs",
  }),
  preview: flag("show what would be done, and change nothing"),
});
export type RollbackOptions = z.output<typeof rollbackOptions>;

export const resumeOptions = rollbackOptions
  .omit({ to: true, preview: true })
  .extend({ sync: syncNames("all that are paused") });
