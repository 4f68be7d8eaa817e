import { z } from "zod";
import { allowHost, format } from "../declare/options.ts";
import { color, json, nonEmpty, option, projectName } from "../options.ts";

export const adoptOptions = z.object({
  format,
  projectId: option(nonEmpty(), { value: "id", text: "syncs of this source project" }),
  name: option(projectName().default("adopted"), {
    value: "project",
    text: "name of the Pulumi project in the file",
  }),
  allowHost,
  json,
  color,
});
export type AdoptOptions = z.output<typeof adoptOptions>;
