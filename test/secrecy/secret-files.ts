/** Client secrets that come from files, so that they have no reason to be in anybody's environment. */
import type { World } from "../support/world.ts";

/** The `syncs.yaml` of `test/support`, with its secrets in the files of `secretFiles`. */
export const inFiles = (yaml: string) =>
  yaml
    .replace("${env:SOURCE_SECRET}", "${file:source.secret}")
    .replace("${env:DR_SECRET}", "${file:dr.secret}");

/** Name in the folder → content. */
export const secretFiles = ({ source, destination }: World) => ({
  "source.secret": source.clientSecret,
  "dr.secret": destination.clientSecret,
});
