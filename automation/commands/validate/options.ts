import { z } from "zod";
import { color, cwd, file, json, repeatable } from "../options.ts";

export const validateOptions = z.object({
  cwd,
  file,
  policies: repeatable(
    "file",
    "check this file of policies too (or EXTERNAL_INFISICAL_POLICIES, comma-separated); repeatable",
  ),
  allowHost: repeatable("host", "refuse all other hosts; repeatable"),
  json,
  color,
});
export type ValidateOptions = z.output<typeof validateOptions>;
