import type { z } from "zod";
import { durationMs, flag, option, reports, stackOptions, syncNames, yes } from "../options.ts";

/** Below, an instance would be asked more often than its limits allow for. */
const SHORTEST_INTERVAL_MS = 1000;

export const driftOptions = stackOptions.extend({
  yes,
  sync: syncNames("all"),
  repair: flag("deploy the stack, or the named syncs, if there is drift, so that it goes away"),
  watchInterval: option(
    durationMs.refine((ms) => ms >= SHORTEST_INTERVAL_MS, "must be a second or longer").optional(),
    {
      value: "duration",
      text: "look again and again, for example every 10m, until stopped; unchanged lists are not sent again",
    },
  ),
  report: reports("write what a repair would do"),
  detailedExitcode: flag("exit with 2 if there is drift, as Terraform does"),
});
export type DriftOptions = z.output<typeof driftOptions>;
