import { z } from "zod";
import { nonEmpty, option } from "../options.ts";

export const installOptions = z.object({
  dir: option(nonEmpty().optional(), {
    value: "folder",
    text: "make a filesystem mirror there, such as one that a team shares",
  }),
});
