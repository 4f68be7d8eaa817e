import type { z } from "zod";
import { flag, stackOptions, syncNames } from "../options.ts";

export const statusOptions = stackOptions.extend({
  sync: syncNames("all"),
  offline: flag("what the state has, and nothing else: no instance is asked"),
});
export type StatusOptions = z.output<typeof statusOptions>;
