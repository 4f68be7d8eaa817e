import type { z } from "zod";
import { stackOptions, yes } from "../options.ts";

export const cancelOptions = stackOptions.extend({ yes });
export type CancelOptions = z.output<typeof cancelOptions>;
