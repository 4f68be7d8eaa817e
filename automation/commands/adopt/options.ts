import { z } from "zod";
import { allowHost, format } from "../declare/options.ts";
import { color, json, option } from "../options.ts";

export const adoptOptions = z.object({
  format,
  projectId: option(z.string().min(1), { value: "id", text: "syncs of this source project" }),
  name: option(z.string().min(1).default("adopted"), {
    value: "project",
    text: "name of the Pulumi project in the file",
  }),
  allowHost,
  json,
  color,
});
export type AdoptOptions = z.output<typeof adoptOptions>;
